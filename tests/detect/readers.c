/* Files of projects, parsed as what they are: what is taken, what is refused, and that no cut of
 * any of them does harm. */
#include "unit/home.h"

#include "detect/read.h"

/* Read, and compare with JSON. A reader may add more keys: only those named are looked at. */
static void reads_as(const char *name, const char *text, const char *json)
{
	struct berth_error err = {0};
	json_t *tree = read_for(name)(text, strlen(text), &err);
	json_t *wanted = json_loads(json, 0, NULL);
	const char *key;
	json_t *value;

	assert_non_null(wanted);
	if (!tree)
		fail_msg("%s: %s\n%s", name, err.message, text);
	json_object_foreach(wanted, key, value)
	{
		if (json_equal(value, json_object_get(tree, key)))
			continue;
		char *dump = json_dumps(tree, JSON_INDENT(2));
		fail_msg("%s: '%s' differs in %s", name, key, dump);
	}
	json_decref(tree);
	json_decref(wanted);
}

static void refuses(const char *name, const char *text, const char *why)
{
	struct berth_error err = {0};
	json_t *tree = read_for(name)(text, strlen(text), &err);

	if (tree)
		fail_msg("%s was taken: %s", name, text);
	assert_contains(err.message, why);
}

static const char toml[] =
	"# comment\n"
	"a = 1\nb = \"x # no comment\"\n'q.k' = 'C:\\raw'\n"
	"c.d.\"e f\" = true\n"
	"list = [ \"a\", # one\n  'b',\n]\n"
	"in = { x = 1.5, y = [1, 2], z.w = 1979-05-27T07:32:00Z }\n"
	"m = \"\"\"\nfirst \\\n   same \"quoted\"\nlast\"\"\"\n"
	"u = \"\\u00e9\\t\\U0001F600\"\n"
	"[t.sub]\nk = -0x1F\n[[arr]]\nn = 'one'\n[[arr]]\nn = 'two'\n[arr.below]\nz = inf\n";

static void toml_is_read_whole(void **state)
{
	(void)state;
	reads_as("x.toml", toml,
		"{\"a\": \"1\", \"b\": \"x # no comment\", \"q.k\": \"C:\\\\raw\","
		" \"c\": {\"d\": {\"e f\": true}}, \"list\": [\"a\", \"b\"],"
		" \"in\": {\"x\": \"1.5\", \"y\": [\"1\", \"2\"], \"z\": {\"w\": "
		"\"1979-05-27T07:32:00Z\"}},"
		" \"m\": \"first same \\\"quoted\\\"\\nlast\", \"u\": \"\u00e9\\t\U0001F600\","
		" \"t\": {\"sub\": {\"k\": \"-0x1F\"}},"
		" \"arr\": [{\"n\": \"one\"}, {\"n\": \"two\", \"below\": {\"z\": \"inf\"}}]}");
	reads_as("x.toml",
		"\xef\xbb\xbf"
		"a = ''\r\nb = \"\"\r\n",
		"{\"a\": \"\", \"b\": \"\"}");
	reads_as("x.toml", "", "{}");
}

static void wrong_toml_says_where(void **state)
{
	(void)state;
	refuses("x.toml", "a = 1\na = 2\n", "line 2: a key that is there already");
	refuses("x.toml", "a = 1\n[a]\n", "line 2: a key that is a value already");
	refuses("x.toml", "a = \"x\nb = 1\n", "line 1: a text that does not end");
	refuses("x.toml", "a = 1 2\nb\n", "line 2: '=' is expected");
	refuses("x.toml", "a = \"\\q\"\n", "an escape that is none");
	refuses("x.toml", "a = \"\\ud800\"\n", "an escape that is no character");
	refuses("x.toml", "a = [1, 2\n", "is expected");
	refuses("x.toml", "= 1\n", "a key is expected");
	refuses("x.toml", "a = \n", "a value is expected");
	refuses("x.toml", "a = yes\n", "a text without quotes");
	refuses("x.toml", "a = 'x' y\n", "the end of the line is expected");
	refuses("x.toml", "a = \"\xff\"\n", "not UTF-8");
}

static void requirements_are_names(void **state)
{
	(void)state;
	reads_as("requirements.txt",
		"# flask\nDjango_Extra.Thing[a,b]>=1.0,<2 ; python_version<'4' # c\n-r other.txt\n"
		"--hash=sha256:x\n-e git+https://x/y.git#egg=z\nhttps://x/y.whl\n"
		"uvicorn [standard]\npkg @ https://x/y --hash=sha256:1\n\n./local\n",
		"{\"requires\": {\"django-extra-thing\": \"[a,b]>=1.0,<2\", \"uvicorn\": "
		"\"[standard]\", \"pkg\": \"@ https://x/y\"}, \"includes\": [\"other.txt\"]}");
	reads_as("setup.py",
		"from setuptools import setup\n# install_requires=['flask']\n"
		"setup(install_requires=['pyramid>=2', \"waitress\"], extras_require={'x': "
		"['django']})\n",
		"{\"requires\": {\"pyramid\": \">=2\", \"waitress\": \"\"}}");
	reads_as("pyproject.toml",
		"[project]\ndependencies = ['Flask>=3']\n[project.optional-dependencies]\n"
		"x = ['tornado']\n[tool.poetry.dependencies]\npython = '^3.11'\nFast_API = "
		"{version = "
		"'1'}\n",
		"{\"requires\": {\"flask\": \">=3\", \"fast-api\": \"1\"}, \"dev\": {\"tornado\": "
		"\"\"}}");
}

static void go_mod_knows_what_is_indirect(void **state)
{
	(void)state;
	reads_as("go.mod",
		"module \"a/engine\" // gin\n\ngo 1.22 // x\ntoolchain go1.22.1\nrequire a/b v1\n"
		"require (\n\tc/d v2 // indirect\n\te/f v3\n)\nexclude (\n\tx/y v1\n)\n"
		"replace q/r => ../r\n",
		"{\"module\": \"a/engine\", \"go\": \"1.22\", \"toolchain\": \"go1.22.1\","
		" \"require\": {\"a/b\": \"v1\", \"e/f\": \"v3\"}, \"indirect\": {\"c/d\": "
		"\"v2\"}}");
	reads_as("go.work", "go 1.22\nuse ./a\nuse (\n ./b\n)\n", "{\"use\": [\"./a\", \"./b\"]}");
}

static void gemfiles_have_groups(void **state)
{
	(void)state;
	reads_as("Gemfile",
		"ruby '3.2.2'\ngem 'rails', '~> 7.1' # gem 'x'\ngem \"pg\",\n  '1.5'\n"
		"group :development, :test do\n  gem 'sinatra'\n  platforms :ruby do\n    gem "
		"'debug'\n  end\nend\ngem 'after'\ngem 'spring', group: :development\n",
		"{\"ruby\": \"3.2.2\", \"gems\": {\"rails\": \"~> 7.1\", \"pg\": \"1.5\", "
		"\"after\": \"\"}, \"dev\": {\"sinatra\": \"\", \"debug\": \"\", \"spring\": "
		"\"\"}}");
	reads_as("Gemfile.lock",
		"GEM\n  specs:\n    rails (7.1.2)\n      rack (>= 2)\n\nDEPENDENCIES\n  rails (~> "
		"7.1)!\n\nRUBY VERSION\n   ruby 3.2.2p53\n",
		"{\"gems\": {\"rails\": \"7.1.2\"}, \"ruby\": \"3.2.2\"}");
}

static void gradle_is_read_between_comments(void **state)
{
	(void)state;
	reads_as("build.gradle",
		"buildscript { dependencies { classpath 'io.quarkus:x:1' } }\n"
		"plugins {\n  id 'org.springframework.boot' version '3.2' // id 'no'\n  "
		"id(\"java\")\n  "
		"application\n}\n/* dependencies { implementation 'a:b:c' } */\nversion '1.0'\n"
		"dependencies {\n  implementation 'g:n:1', \"g2:n2\"\n  implementation group: "
		"'g3', name: "
		"'n3', version: '3'\n  testImplementation 't:t:1'\n  "
		"implementation(platform(\"p:p:1\"))\n"
		"  api('x:y:1') { exclude group: 'z' }\n}\nsourceCompatibility = "
		"JavaVersion.VERSION_17\n",
		"{\"plugins\": {\"org.springframework.boot\": \"3.2\", \"java\": \"\", "
		"\"application\": \"\"}, \"dependencies\": {\"g:n\": \"1\", \"g2:n2\": \"\", "
		"\"g3:n3\": \"3\", \"p:p\": \"1\", \"x:y\": \"1\"}, \"version\": \"1.0\", "
		"\"java\": "
		"\"17\"}");
	reads_as("settings.gradle.kts",
		"rootProject.name = \"shop\"\ninclude(\":app\", \"libs:core\")\n",
		"{\"name\": \"shop\", \"include\": [\"app\", \"libs/core\"]}");
	reads_as("build.gradle.kts",
		"plugins { alias(libs.plugins.spring.boot) }\ndependencies {\n  "
		"implementation(libs.web)\n}\n",
		"{\"aliases\": {\"plugins.spring.boot\": true, \"web\": true}}");
	reads_as("libs.versions.toml",
		"[plugins]\nspring-boot = { id = 'o.s.boot', version = '3' }\n[libraries]\nweb = "
		"'g:web:1'\nother_one.x = 'a:b'\n",
		"{\"ids\": {\"plugins.spring.boot\": \"o.s.boot\", \"web\": \"g:web\"}}");
}

static void project_files_in_xml(void **state)
{
	(void)state;
	reads_as("pom.xml",
		"<?xml version='1.0'?><m:project "
		"xmlns:m='x'><!-- <artifactId>no</artifactId> --><m:artifactId> shop "
		"</m:artifactId><m:version>${rev}</m:version><m:properties><m:rev>7</m:rev>"
		"<m:java.version>21</m:java.version></m:properties><m:dependencies><m:dependency>"
		"<m:groupId>g</m:groupId><m:artifactId>a</m:artifactId></"
		"m:dependency><m:dependency>"
		"<m:groupId>t</m:groupId><m:artifactId>t</m:artifactId><m:scope>test</m:scope>"
		"</m:dependency></m:dependencies></m:project>",
		"{\"name\": \"shop\", \"version\": \"7\", \"java\": \"21\", \"dependencies\": "
		"{\"g:a\": \"\"}}");
	reads_as("a.csproj",
		"<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net8.0"
		"</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include=\"Npgsql\" "
		"Version=\"8\"/></ItemGroup></Project>",
		"{\"sdk\": \"Microsoft.NET.Sdk.Web\", \"packages\": {\"Npgsql\": \"8\"}, "
		"\"properties\": {\"TargetFramework\": \"net8.0\"}}");
	reads_as("a.sln",
		"Project(\"{G}\") = \"Web\", \"src\\Web\\Web.csproj\", \"{H}\"\nEndProject\n",
		"{\"folders\": [\"src/Web\"]}");
	refuses("pom.xml", "<html/>", "no <project> in it");
	refuses("pom.xml",
		"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><project>&x;</project",
		"line");
}

static void a_dockerfile_is_read_as_docker_does(void **state)
{
	(void)state;
	reads_as("Dockerfile",
		"# syntax=docker/dockerfile:1\nARG V=20\nFROM --platform=linux/amd64 node:${V} AS "
		"base\nENV A=1 \\\n  # in between\n  PORT=\"80 81\"\nEXPOSE 3000/tcp 53/udp\nRUN "
		"<<EOF\nFROM "
		"fake\nEXPOSE 1\nEOF\nfrom scratch as other\nEXPOSE 9\nFROM base\nEXPOSE $P 4000\n"
		"ENTRYPOINT [\"node\"]\nCMD [\"a b.js\", \"-x\"]\n",
		"{\"base\": \"node:20\", \"expose\": [\"3000\", \"4000\"], \"command\": \"node a "
		"b.js -x\", \"env\": {\"A\": \"1\", \"PORT\": \"80 81\"}}");
	reads_as("Dockerfile", "# escape=`\nFROM a`\n:1\nCMD run me\n",
		"{\"base\": \"a:1\", \"command\": \"run me\"}");
	reads_as("Dockerfile", "ARG B\nFROM ${B:-php:8}\nENV NAME the rest\n",
		"{\"base\": \"php:8\"}");
	refuses("Dockerfile", "EXPOSE 80\n", "no FROM in it");
}

static void code_is_not_what_its_texts_say(void **state)
{
	(void)state;
	reads_as("app.py",
		"\"\"\"x = Django()\nimport tornado\"\"\"\n# y = Flask()\nimport a.b\nfrom c.d "
		"import "
		"e\n\nserver = flask.Flask(__name__)\nif x:\n    z = FastAPI()\n\ndef "
		"create_app():\n    pass\n\nserver.run(host='::', port=5001)\n",
		"{\"imports\": {\"a\": true, \"c\": true}, \"calls\": {\"Flask\": \"server\"}, "
		"\"defines\": {\"create_app\": true}, \"port\": 5001}");
	reads_as("main.go",
		"// package other\npackage main\n\nimport (\n\t\"net/http\"\n\tx \"a/b\"\n)\nvar s "
		"= "
		"`ListenAndServe(\":1000\")`\nfunc main() { http.ListenAndServe(\":8082\", nil) "
		"}\n",
		"{\"package\": \"main\", \"imports\": {\"net/http\": true, \"a/b\": true}, "
		"\"port\": "
		"8082}");
	reads_as("a.js",
		"const x = require('koa'); import y from \"hono\";\n// listen(1234)\nconst port = "
		"process.env.PORT ?? 8123;\n",
		"{\"imports\": {\"koa\": true, \"hono\": true}, \"port\": 8123}");
	reads_as("main.rs", "fn f<'a>(x: &'a str) { s.bind((\"0.0.0.0\", 8088)) }\n",
		"{\"port\": 8088}");
	json_t *tree = read_javascript("f(run, 3000); n = 5000;", 24, NULL);
	assert_null(json_object_get(tree, "port"));
	json_decref(tree);
}

static void other_formats(void **state)
{
	(void)state;
	reads_as("deno.jsonc", "{ // c\n \"a\": \"//x\", /* y */ \"b\": [1, 2,], }\n",
		"{\"a\": \"//x\", \"b\": [1, 2]}");
	reads_as("a.yml", "x: &x {p: 1}\ny:\n  <<: *x\n  q: [a, 'b']\n---\nsecond: true\n",
		"{\"x\": {\"p\": \"1\"}, \"y\": {\"p\": \"1\", \"q\": [\"a\", \"b\"]}}");
	reads_as("setup.cfg",
		"[options]\ninstall_requires =\n  a>=1\n  # no\n  b\npython_requires = x\n",
		"{\"requires\": {\"a\": \">=1\", \"b\": \"\"}}");
	reads_as(".env.example", "# c\nexport A=\"x y\"\nB = 'z'\nC\n",
		"{\"A\": \"x y\", \"B\": \"z\"}");
	reads_as("Procfile", "# no\nweb: run --x=1 y\nworker : z\n",
		"{\"web\": \"run --x=1 y\", \"worker\": \"z\"}");
	reads_as(".tool-versions", "nodejs 20.1.0 system\n", "{\"nodejs\": \"20.1.0 system\"}");
	reads_as(".nvmrc", "\n# x\n  v20\r\n", "{\"line\": \"v20\"}");
	reads_as("schema.prisma",
		"generator g { provider = \"js\" }\n// provider = \"no\"\ndatasource db {\n "
		"provider = "
		"\"mysql\"\n}\n",
		"{\"provider\": \"mysql\"}");
}

/* Small files that would become large ones, or deep ones. */
static void bombs_are_refused(void **state)
{
	(void)state;
	char text[8192];
	size_t used = 0;

	for (int i = 0; i < 300; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "[");
	refuses("a.yml", text, "");
	snprintf(text + used, sizeof text - used, "\n");
	memmove(text + 4, text, used + 2);
	memcpy(text, "a = ", 4);
	refuses("a.toml", text, "nested too deeply");
	used = 0;
	for (int i = 0; i < 300; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "<a>");
	refuses("a.xml", text, "nested too deeply");
	used = (size_t)snprintf(text, sizeof text, "a0: &a0 [x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
			"a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1,
			i - 1, i - 1, i - 1, i - 1);
	refuses("a.yml", text, "too large");
	used = (size_t)snprintf(
		text, sizeof text, "<!DOCTYPE a [<!ENTITY e0 \"xxxxxxxxxxxxxxxx\">");
	for (int i = 1; i < 12; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
			"<!ENTITY e%d \"&e%d;&e%d;&e%d;&e%d;&e%d;&e%d;&e%d;&e%d;\">", i, i - 1,
			i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	snprintf(text + used, sizeof text - used, "]><a>&e11;</a>");
	refuses("a.xml", text, "");
}

/* Each is cut at every place, and has every byte replaced by an awkward one. */
static void no_cut_does_harm(void **state)
{
	(void)state;
	static const char *const awkward = "\"'\\[{(<=,#\n\xff";
	static const struct {
		const char *name, *text;
	} samples[] = {
		{"a.toml", toml},
		{"pyproject.toml",
			"[project]\ndependencies = ['a>=1', 'b[c]']\n[tool.poetry]\nx=1\n"},
		{"libs.versions.toml", "[plugins]\na = {id='b'}\n[libraries]\nc = 'd:e:f'\n"},
		{"Pipfile", "[packages]\nx = '*'\n"},
		{"requirements.txt", "a==1\n-r b\nc[d]>2 ; e # f\n"},
		{"setup.py", "setup(install_requires=['a', \"\"\"b\"\"\"])\nx = y.Z(1)\n"},
		{"setup.cfg", "[options]\ninstall_requires =\n a\n b\n"},
		{"go.mod", "module a\nrequire (\n b v1 // indirect\n)\n"},
		{"Gemfile", "gem 'a', '1'\ngroup :test do\n gem 'b'\nend\n"},
		{"Gemfile.lock", "GEM\n  specs:\n    a (1)\n\nDEPENDENCIES\n  a!\n"},
		{"build.gradle", "plugins { id 'a' version 'b' }\ndependencies { x 'a:b:c' }\n"},
		{"pom.xml", "<project><artifactId>a</artifactId><version>${x}</version></project>"},
		{"a.csproj", "<Project Sdk='x'><ItemGroup><PackageReference "
			     "Include='a'/></ItemGroup></Project>"},
		{"a.sln", "Project(\"a\") = \"b\", \"c\\d\\e.csproj\"\n"},
		{"Dockerfile",
			"ARG A=b\nFROM ${A:-c} AS d\nENV E=f G\\\nH\nCMD [\"i\"]\nRUN <<J\nJ\n"},
		{"a.json", "{\"a\": [1, {\"b\": null,},], /* c */ \"d\": \"\\u00e9\"}"},
		{"a.yml", "a: &b\n  - c: 'd'\n  - *b\n"},
		{"a.js", "const a = require('b'); c.listen(`8080`, process.env.PORT || 3000)"},
		{"schema.prisma", "datasource db { provider = \"x\" }"},
		{".env", "A='b'\nexport C=d\n"},
		{"Procfile", "web: a b\n"},
		{".nvmrc", "20\n"},
	};
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		size_t len = strlen(samples[i].text);
		for (size_t cut = 0; cut <= len; cut++) {
			/* Of its own size, so that a read behind it is noticed. */
			char *copy = malloc(cut ? cut : 1);
			assert_non_null(copy);
			memcpy(copy, samples[i].text, cut);
			json_decref(read_for(samples[i].name)(copy, cut, NULL));
			for (const char *byte = awkward; *byte && cut > 0; byte++) {
				copy[cut - 1] = *byte;
				json_decref(read_for(samples[i].name)(copy, cut, NULL));
			}
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(toml_is_read_whole),
		cmocka_unit_test(wrong_toml_says_where),
		cmocka_unit_test(requirements_are_names),
		cmocka_unit_test(go_mod_knows_what_is_indirect),
		cmocka_unit_test(gemfiles_have_groups),
		cmocka_unit_test(gradle_is_read_between_comments),
		cmocka_unit_test(project_files_in_xml),
		cmocka_unit_test(a_dockerfile_is_read_as_docker_does),
		cmocka_unit_test(code_is_not_what_its_texts_say),
		cmocka_unit_test(other_formats),
		cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(no_cut_does_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
