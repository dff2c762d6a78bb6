package io.github.tess2.examples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.DiffusionLM;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All Java in the documentation compiles; what README and the API's Javadoc show also runs. */
class SnippetsTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path API = ROOT.resolve("tess2-api/src/main/java/io/github/tess2");
  private static final Path MODEL =
      ROOT.resolve("tess2-runtime/src/test/resources/golden/checkpoints/mistral");

  @TempDir Path classes;

  static Stream<Snippet> all() throws IOException {
    List<Snippet> all = new ArrayList<>(inReadme());
    for (Path file : files(ROOT.resolve("docs"), ".md")) {
      all.addAll(Snippet.ofMarkdown(file));
    }
    for (String module : List.of("tess2-api", "tess2-guidance", "tess2-examples/plugin")) {
      for (Path file : files(ROOT.resolve(module).resolve("src/main/java"), ".java")) {
        all.addAll(Snippet.ofJavadoc(file));
      }
    }
    return all.stream();
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static List<Snippet> inReadme() throws IOException {
    return Snippet.ofMarkdown(ROOT.resolve("README.md"));
  }

  /** Statements of the README, and of the package that every user sees. */
  static Stream<Snippet> runnable() throws IOException {
    List<Snippet> runnable = new ArrayList<>(inReadme());
    for (Path file : files(API, ".java")) {
      if (file.getParent().equals(API)) {
        runnable.addAll(Snippet.ofJavadoc(file));
      }
    }
    return runnable.stream().filter(Snippet::isStatements);
  }

  @Test
  void documentation_asSearched_hasSnippetsOfEachKind() throws Exception {
    assertThat(inReadme()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(all())
        .extracting(Snippet::place)
        .anyMatch(place -> place.contains("docs"))
        .anyMatch(place -> place.contains("DiffusionLM.java"))
        .anyMatch(place -> place.contains("spi"));
    assertThat(runnable().map(Snippet::place))
        .anyMatch(place -> place.contains("README.md"))
        .anyMatch(place -> place.contains("GenerationRequest.java"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void snippet_ofTheDocumentation_compiles(Snippet snippet) throws Exception {
    compile(snippet.source("Example"));
  }

  @ParameterizedTest
  @MethodSource("runnable")
  void snippet_ofReadmeAndApi_runs(Snippet snippet) throws Exception {
    String model = MODEL.toString().replace("\\", "\\\\");
    compile(snippet.source("Example").replace("models/tess2", model));
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
            new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
        DiffusionLM lm = DiffusionLM.builder().model(MODEL).seed(7).build()) {
      Class<?> example = loader.loadClass("Example");
      example.getField("lm").set(null, lm);
      example.getField("folder").set(null, MODEL);
      System.setOut(new PrintStream(printed, true, UTF_8));

      example.getMethod("run").invoke(null);
    } finally {
      System.setOut(before);
    }
    if (snippet.code().contains("System.out")) {
      assertThat(printed.toString(UTF_8)).isNotEmpty();
    }
  }

  private void compile(String source) throws IOException {
    Path file = Files.writeString(classes.resolve("Example.java"), source);
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                messages,
                messages,
                "-proc:none",
                "--release",
                "17",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                file.toString());
    assertThat(failed).as(messages.toString(UTF_8) + source).isZero();
  }
}
