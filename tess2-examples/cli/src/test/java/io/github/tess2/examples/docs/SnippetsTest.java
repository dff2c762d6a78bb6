package io.github.tess2.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All Java in the documentation compiles. Statements in the README and the API's Javadoc also run.
 */
class SnippetsTest {
  private static final Path ROOT = Path.of("../..");
  private static final Path API = ROOT.resolve("tess2-api/src/main/java/io/github/tess2");

  @TempDir Path classes;

  static Stream<Snippet> all() throws IOException {
    List<Snippet> all = new ArrayList<>(inReadme());
    for (Path file : files(ROOT.resolve("docs"), ".md")) {
      // Classes of the first document use each other, so PluginGuideTest tests them. Those of the
      // second need libraries that the command line lacks.
      if (Stream.of("plugins.md", "adapters.md", "spark.md").noneMatch(file::endsWith)) {
        all.addAll(Snippet.ofMarkdown(file));
      }
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

  /** Statements of the README, and of the package documentation that every user sees. */
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
    SnippetRunner.compile(snippet, classes);
  }

  @ParameterizedTest
  @MethodSource("runnable")
  void snippet_ofReadmeAndApi_runs(Snippet snippet) throws Exception {
    SnippetRunner.run(snippet, classes, getClass().getClassLoader());
  }
}
