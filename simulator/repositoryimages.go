package simulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

type imageID struct {
	Digest string `json:"imageDigest,omitempty"`
	Tag    string `json:"imageTag,omitempty"`
}

// String is as ECR writes it into its errors.
func (id imageID) String() string {
	return "{imageDigest:'" + or(id.Digest, "null") + "', imageTag:'" + or(id.Tag, "null") + "'}"
}

// find looks for an image by what is given; both must be the same one. The
// registry must be locked.
func (id imageID) find(r *repository) *image {
	switch {
	case id.Tag == "":
		return r.images[id.Digest]
	case id.Digest == "" || r.tagged[id.Tag] == id.Digest:
		return r.images[r.tagged[id.Tag]]
	}
	return nil
}

// seconds1970 is a time in AWS JSON 1.1.
func seconds1970(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// page cuts a list as maxResults and nextToken ask, 100 at a time (ECR API
// reference, DescribeRepositories and DescribeImages).
func (c *repositoryCall) page(list []string) (part []string, next string, refused *refusal) {
	size, start := c.input.MaxResults, 0
	if size == 0 {
		size = 100
	}
	if size < 1 || size > 1000 {
		return nil, "", unfit("maxResults", "must be between 1 and 1000")
	}
	if c.input.NextToken != "" {
		var err error
		if start, err = strconv.Atoi(c.input.NextToken); err != nil || start < 1 || start > len(list) {
			return nil, "", unfit("nextToken", "must be one of the previous call")
		}
	}
	part = list[start:]
	if len(part) > size {
		return part[:size], strconv.Itoa(start + size), nil
	}
	return part, "", nil
}

func describeImages(c *repositoryCall) (any, *refusal) {
	repository, refused := c.repository()
	if refused != nil {
		return nil, refused
	}
	c.images.mu.Lock()
	defer c.images.mu.Unlock()
	digests, refused := repository.asked(c)
	if refused != nil {
		return nil, refused
	}
	digests, next, refused := c.page(digests)
	if refused != nil {
		return nil, refused
	}
	details := []map[string]any{}
	for _, digest := range digests {
		details = append(details, repository.detail(repository.images[digest]))
	}
	output := map[string]any{"imageDetails": details}
	if next != "" {
		output["nextToken"] = next
	}
	return output, nil
}

// asked are the digests of the images that were asked for, or of all.
func (r *repository) asked(c *repositoryCall) ([]string, *refusal) {
	var digests []string
	for _, id := range c.input.ImageIDs {
		found := id.find(r)
		if found == nil {
			return nil, &refusal{http.StatusBadRequest, "ImageNotFoundException", fmt.Sprintf("The image with imageId %s does not exist "+
				"within the repository with name '%s' in the registry with id '%s'", id, r.name, r.account)}
		}
		if !slices.Contains(digests, found.digest) {
			digests = append(digests, found.digest)
		}
	}
	if len(c.input.ImageIDs) > 0 {
		return digests, nil
	}
	for _, digest := range slices.Sorted(maps.Keys(r.images)) {
		tagged := len(r.tags(digest)) > 0
		if status := c.input.Filter["tagStatus"]; status == "TAGGED" && !tagged || status == "UNTAGGED" && tagged {
			continue
		}
		digests = append(digests, digest)
	}
	return digests, nil
}

func (r *repository) detail(i *image) map[string]any {
	detail := map[string]any{
		"registryId": r.account, "repositoryName": r.name,
		"imageDigest": i.digest, "imageManifestMediaType": i.mediaType,
		"imageSizeInBytes": i.size, "imagePushedAt": seconds1970(i.pushed),
	}
	if tags := r.tags(i.digest); len(tags) > 0 {
		detail["imageTags"] = tags
	}
	return detail
}

// batchGetImage tells what is missing beside what is there.
func batchGetImage(c *repositoryCall) (any, *refusal) {
	if len(c.input.ImageIDs) < 1 || len(c.input.ImageIDs) > 100 {
		return nil, unfit("imageIds", "must have 1 to 100 members")
	}
	repository, refused := c.repository()
	if refused != nil {
		return nil, refused
	}
	c.images.mu.Lock()
	defer c.images.mu.Unlock()
	found, failures := []map[string]any{}, []map[string]any{}
	for _, id := range c.input.ImageIDs {
		one := id.find(repository)
		if one == nil {
			failures = append(failures, map[string]any{
				"imageId": id, "failureCode": "ImageNotFound", "failureReason": "Requested image not found",
			})
			continue
		}
		found = append(found, map[string]any{
			"registryId": repository.account, "repositoryName": repository.name,
			"imageId":       imageID{one.digest, id.Tag},
			"imageManifest": string(one.manifest), "imageManifestMediaType": one.mediaType,
		})
	}
	return map[string]any{"images": found, "failures": failures}, nil
}
