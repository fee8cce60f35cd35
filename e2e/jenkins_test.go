package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// jenkinsScript runs a Jenkinsfile in Groovy, with the steps that it calls: sh
// with -x unless the script has a first line of its own, withEnv, readFile,
// and the wrapper of the plugin Mask Passwords. It prints the log.
const jenkinsScript = `
class Build {
  Map<String, String> env = new HashMap(System.getenv())
  List<String> masks = []
  def scm = 'git'

  def pipeline(Closure c) { c() }
  def agent(Closure c) { c() }
  def label(String name) {}
  def environment(Closure c) { c() }
  def propertyMissing(String name, value) { env[name] = value }
  def stages(Closure c) { c() }
  def stage(String name, Closure c) { c() }
  def steps(Closure c) { c() }
  def script(Closure c) { c() }
  def post(Closure c) { c() }
  def always(Closure c) { c() }
  def checkout(what) {}
  String readFile(String path) { new File(path).text }

  def withEnv(List<String> pairs, Closure c) {
    def before = new HashMap(env)
    pairs.each { assert it.indexOf('=') > 0; env[it.substring(0, it.indexOf('='))] = it.substring(it.indexOf('=') + 1) }
    try { c() } finally { env = before }
  }

  def wrap(Map m, Closure c) {
    assert m['$class'] == 'MaskPasswordsBuildWrapper' && m.varPasswordPairs
    def before = masks
    masks = masks + m.varPasswordPairs.collect { assert it['var'] && it.password; it.password }
    try { c() } finally { masks = before }
  }

  def sh(String text) {
    def file = File.createTempFile('step', '.sh')
    file.text = text
    file.setExecutable(true)
    def process = new ProcessBuilder(text.startsWith('#!') ? [file.path] : ['sh', '-xe', file.path])
    process.environment().clear()
    process.environment().putAll(env)
    def running = process.redirectErrorStream(true).start()
    def log = running.inputStream.text
    masks.each { log = log.replace(it, '********') }
    print log
    assert running.waitFor() == 0
  }
}

def configuration = new org.codehaus.groovy.control.CompilerConfiguration(scriptBaseClass: 'groovy.util.DelegatingScript')
def jenkinsfile = new GroovyShell(this.class.classLoader, new Binding(), configuration).parse(new File(args[0]))
jenkinsfile.setDelegate(new Build())
jenkinsfile.run()
`

// jenkins runs a pipeline.
func jenkins(t *testing.T, k *kitchen, pipeline string) {
	t.Helper()
	java, err := filepath.EvalSymlinks(need(t, "java"))
	if err != nil {
		t.Fatal(err)
	}
	k.set("JAVA_HOME="+filepath.Dir(filepath.Dir(java)), "JENKINS_URL=https://jenkins.example.com/", "BUILD_NUMBER=7", "WORKSPACE="+k.dir)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "Jenkinsfile"), pipeline, 0o600)
	writeFile(t, filepath.Join(dir, "jenkins.groovy"), jenkinsScript, 0o600)
	k.sees(t, k.run(t, k.env, need(t, "groovy"), filepath.Join(dir, "jenkins.groovy"), filepath.Join(dir, "Jenkinsfile")))
}

// TestJenkinsPipeline runs the pipeline of docs/jenkins.md.
func TestJenkinsPipeline(t *testing.T) {
	t.Parallel()
	k := newKitchen(t, "instance")
	stub(t, k.stubs, "docker")
	jenkins(t, k, blockOf(t, "jenkins.md", "jenkins").text)
	k.pushed(t)
	k.warned(t, "Jenkins")
}

// TestJenkinsMasks: a step that prints a secret shows none inside the wrapper
// of the page.
func TestJenkinsMasks(t *testing.T) {
	t.Parallel()
	k := newKitchen(t, "instance")
	stub(t, k.stubs, "docker")
	pipeline := blockOf(t, "jenkins.md", "jenkins").text
	marker := "rm -r .awsvars\nprintf"
	if !strings.Contains(pipeline, marker) {
		t.Fatal("the page has changed: where does the script start?")
	}
	jenkins(t, k, strings.Replace(pipeline, marker, "rm -r .awsvars\necho \"told $custom_aws_ecr_password\"\nprintf", 1))
	if !strings.Contains(k.log.String(), "\ntold ********\n") {
		t.Error("the step told nothing")
	}
	if _, err := os.Stat(filepath.Join(k.dir, ".awsvars")); err == nil {
		t.Error("the file of secrets is still there")
	}
}
