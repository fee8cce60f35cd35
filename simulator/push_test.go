package simulator_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/awsvars/awsvars/simulator"
)

const (
	mine   = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/"
	theirs = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/"
)

// startUpload asks for an upload without looking for the layer before, as
// docker does with a layer that it has never pushed.
func (w world) startUpload(login *authn.Basic, repository string) error {
	w.t.Helper()
	answer := w.layer(login, http.MethodPost, uploads(repository), nil)
	defer answer.Body.Close()
	return transport.CheckError(answer, http.StatusAccepted)
}

func uploads(repository string) string {
	host, path, _ := strings.Cut(repository, "/")
	return "https://" + host + "/v2/" + path + "/blobs/uploads/"
}

// layer sends one request about a layer.
func (w world) layer(login *authn.Basic, method, address string, body io.Reader) *http.Response {
	w.t.Helper()
	answer, err := w.tryLayer(login, method, address, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func (w world) tryLayer(login *authn.Basic, method, address string, body io.Reader) (*http.Response, error) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, address, body)
	if err != nil {
		w.t.Fatal(err)
	}
	request.SetBasicAuth(login.Username, login.Password)
	return w.proxied().RoundTrip(request)
}

func TestOnlyRepositoriesThatExistTakeImages(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	const none = "The repository with name 'new' does not exist in the registry with id '111111111111'"
	image := randomImage(t, 100, 1)
	wantRegistry(t, remote.Write(tag(t, mine+"new:1"), image, options...), 404, "NAME_UNKNOWN", none)
	_, err := remote.Get(tag(t, mine+"new:1"), options...)
	wantRegistry(t, err, 404, "NAME_UNKNOWN", none)
	if _, err := w.ecr(w.user("ci"), "eu-west-1").CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("new")}); err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(tag(t, mine+"new:1"), image, options...); err != nil {
		t.Error(err)
	}
}

func TestImagesStayInTheirRegistryAndRepository(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	image := randomImage(t, 100, 1)
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	if err := remote.Write(tag(t, mine+"app:1"), image, options...); err != nil {
		t.Fatal(err)
	}
	_, err := remote.Get(tag(t, mine+"other:1"), options...)
	wantRegistry(t, err, 404, "MANIFEST_UNKNOWN", "Requested image not found")
	manifest, err := image.RawManifest()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := v1.ParseManifest(bytes.NewReader(manifest))
	if err != nil {
		t.Fatal(err)
	}
	// The manifest alone does not bring its layers from one to the other.
	err = remote.Put(tag(t, mine+"other:1"), raw{manifest}, options...)
	wantRegistry(t, err, 404, "BLOB_UPLOAD_UNKNOWN", "Layers with digests '["+parsed.Config.Digest.String()+", "+parsed.Layers[0].Digest.String()+"]' required for pushing image into "+
		"repository with name 'other' in the registry with id '111111111111' do not exist")
	_, err = remote.Head(tag(t, theirs+"app:1"), w.remote(w.login(w.user("222222222222/other"), "eu-west-1"))...)
	if err == nil {
		t.Error("the image of one account is in the other's registry")
	}
}

// raw is a manifest that is put without what it names.
type raw struct{ manifest []byte }

func (r raw) RawManifest() ([]byte, error)        { return r.manifest, nil }
func (r raw) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }

func TestAnIndexNeedsItsImages(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	index, err := random.Index(100, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(tag(t, mine+"app:all"), index, options...); err != nil {
		t.Fatal(err)
	}
	want, _ := index.Digest()
	if got, err := remote.Head(tag(t, mine+"app:all"), options...); err != nil || got.Digest != want {
		t.Errorf("got %v %v, want %s", got, err, want)
	}
	manifest, _ := index.RawManifest()
	err = remote.Put(tag(t, mine+"other:all"), raw{manifest}, options...)
	if err == nil {
		t.Error("an index without its images was taken")
	}
}

func TestImmutableTagsStay(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	first, second := randomImage(t, 100, 1), randomImage(t, 100, 1)
	for _, name := range []string{"frozen:v1", "thawing:v1", "thawing:dev-1", "app:v1"} {
		for range 2 { // the same image again is no change
			if err := remote.Write(tag(t, mine+name), first, options...); err != nil {
				t.Fatal(name, err)
			}
		}
	}
	for name, repository := range map[string]string{"frozen:v1": "frozen", "thawing:v1": "thawing"} {
		wantRegistry(t, remote.Write(tag(t, mine+name), second, options...), 400, "TAG_INVALID",
			"The image tag 'v1' already exists in the '"+repository+"' repository and cannot be overwritten because the tag is immutable.")
	}
	for _, name := range []string{"thawing:dev-1", "app:v1", "frozen:v2"} {
		if err := remote.Write(tag(t, mine+name), second, options...); err != nil {
			t.Error(name, err)
		}
	}
	want, _ := first.Digest()
	if got, err := remote.Head(tag(t, mine+"frozen:v1"), options...); err != nil || got.Digest != want {
		t.Errorf("got %v %v, want %s", got, err, want)
	}
}

func TestRegistriesAskForPermissions(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	image := randomImage(t, 100, 1)
	const on = " on resource: arn:aws:ecr:eu-west-1:111111111111:repository/"
	why := func(user, action, repository string) string {
		return "User: arn:aws:iam::111111111111:user/" + user + " is not authorized to perform: " + action + on + repository +
			" because no identity-based policy allows the " + action + " action"
	}
	pusher, puller := w.remote(w.login(w.user("pusher"), "eu-west-1")), w.remote(w.login(w.user("puller"), "eu-west-1"))
	if err := remote.Write(tag(t, mine+"app:1"), image, pusher...); err != nil {
		// go-containerregistry looks for the tag before it pushes, and takes
		// a refusal of that for a tag that is not there.
		t.Fatal(err)
	}
	_, err := remote.Get(tag(t, mine+"app:1"), pusher...)
	wantRegistry(t, err, 403, denied, why("pusher", "ecr:BatchGetImage", "app"))
	if _, err := remote.Get(tag(t, mine+"app:1"), puller...); err != nil {
		t.Error(err)
	}
	// Who may not push does not learn whether the repository exists.
	for _, repository := range []string{"app", "none"} {
		err := w.startUpload(w.login(w.user("puller"), "eu-west-1"), mine+repository)
		wantRegistry(t, err, 403, denied, why("puller", "ecr:InitiateLayerUpload", repository))
	}
}

func TestAnotherAccountNeedsTheRepositorysPolicy(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	image := randomImage(t, 100, 1)
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	wantRegistry(t, w.startUpload(w.login(w.user("ci"), "eu-west-1"), theirs+"app"), 403, denied,
		"User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ecr:InitiateLayerUpload on resource: "+
			"arn:aws:ecr:eu-west-1:222222222222:repository/app because no resource-based policy allows the ecr:InitiateLayerUpload action")
	if err := remote.Write(tag(t, theirs+"shared:1"), image, options...); err != nil {
		t.Error(err)
	}
	if err := remote.Write(tag(t, mine+"app:1"), image, options...); err != nil {
		t.Fatal(err)
	}
	other := w.remote(w.login(w.user("222222222222/other"), "eu-west-1"))
	if _, err := remote.Get(tag(t, mine+"app:1"), other...); err == nil {
		t.Error("another account reads before the policy lets it")
	}
	set := func(text string) {
		input := &ecr.SetRepositoryPolicyInput{RepositoryName: aws.String("app"), PolicyText: aws.String(text)}
		if _, err := w.ecr(w.user("ci"), "eu-west-1").SetRepositoryPolicy(t.Context(), input); err != nil {
			t.Fatal(err)
		}
	}
	set(openPolicy)
	if _, err := remote.Get(tag(t, mine+"app:1"), other...); err != nil {
		t.Error(err)
	}
	set(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}]}`)
	_, err := remote.Get(tag(t, mine+"app:1"), options...)
	wantRegistry(t, err, 403, denied, "User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ecr:BatchGetImage on resource: "+
		"arn:aws:ecr:eu-west-1:111111111111:repository/app with an explicit deny in a resource-based policy")
}

func TestTagsAreListedAndImagesDeleted(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	for _, text := range []string{"b", "a", "c"} {
		if err := remote.Write(tag(t, mine+"app:"+text), empty.Image, options...); err != nil {
			t.Fatal(err)
		}
	}
	repository := tag(t, mine+"app").Repository
	list := func(want ...string) {
		t.Helper()
		got, err := remote.List(repository, append(options, remote.WithPageSize(2))...)
		if err != nil || len(got) != len(want) {
			t.Fatalf("got %v %v, want %v", got, err, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("got %v, want %v", got, want)
			}
		}
	}
	list("a", "b", "c")
	if err := remote.Delete(tag(t, mine+"app:b"), options...); err != nil {
		t.Fatal(err)
	}
	list("a", "c")
	digest, _ := empty.Image.Digest()
	if err := remote.Delete(repository.Digest(digest.String()), options...); err != nil {
		t.Fatal(err)
	}
	list()
}

// The registry without a name is for tests that look at a login only.
func TestTheRegistryWithoutANameTakesEverything(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	reference, err := name.NewTag(w.RegistryHost()+"/what/ever:1", name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	options := append(w.remote(w.login(w.user("ci"), "ap-south-1")), remote.WithTransport(w.http.Transport))
	for range 2 {
		if err := remote.Write(reference, randomImage(t, 100, 2), options...); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAFaultMayBeForOneMethod: an upload is a POST, then others.
func TestAFaultMayBeForOneMethod(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	login := w.login(w.user("ci"), "eu-west-1")
	w.Inject(simulator.Fault{Service: "registry", Call: "upload/PUT", Kind: "500"})
	if err := w.startUpload(login, mine+"app"); err != nil {
		t.Error(err)
	}
	w.Inject(simulator.Fault{Service: "registry", Call: "upload/POST", Kind: "500", Times: 1})
	if err := w.startUpload(login, mine+"app"); err == nil {
		t.Error("the upload was started")
	}
}
