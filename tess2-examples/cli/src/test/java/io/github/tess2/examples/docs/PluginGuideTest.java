package io.github.tess2.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PromptCacheProvider;
import io.github.tess2.spi.RewardProvider;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGridProvider;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * Follows the guide for plugin authors: compiles its classes, installs them as a jar would, then
 * runs the code that uses them.
 */
class PluginGuideTest {
  private static final Path PAGE = Path.of("../../docs/plugins.md");
  private static final Pattern CLASS = Pattern.compile("\\bclass (\\w+)");
  private static final List<Class<?>> EXTENSION_POINTS =
      List.of(
          CanvasPolicyProvider.class,
          GuidanceProvider.class,
          NoiseSchedule.class,
          PromptCacheProvider.class,
          RewardProvider.class,
          Sampler.class,
          StepGridProvider.class,
          StoppingCriterionProvider.class);

  @TempDir static Path jar;
  @TempDir Path classes;

  private static URLClassLoader plugins;
  private static ClassLoader before;

  @BeforeAll
  static void install() throws Exception {
    List<Path> sources = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Snippet snippet : snippets().filter(PluginGuideTest::isFile).toList()) {
      Matcher name = CLASS.matcher(snippet.code());
      assertThat(name.find()).as("a class in %s", snippet).isTrue();
      names.add("com.example." + name.group(1));
      sources.add(Files.writeString(jar.resolve(name.group(1) + ".java"), snippet.code()));
    }
    SnippetRunner.compile(jar, sources);
    before = Thread.currentThread().getContextClassLoader();
    plugins = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before);
    for (String name : names) {
      register(plugins.loadClass(name));
    }
    Thread.currentThread().setContextClassLoader(plugins);
  }

  /** Writes the registrations that AutoService would write. */
  private static void register(Class<?> plugin) throws IOException {
    Path services = Files.createDirectories(jar.resolve("META-INF/services"));
    for (Class<?> point : EXTENSION_POINTS) {
      if (point.isAssignableFrom(plugin)) {
        Path file = services.resolve(point.getName());
        String others = Files.exists(file) ? Files.readString(file) : "";
        Files.writeString(file, others + plugin.getName() + "\n");
      }
    }
  }

  @AfterAll
  static void uninstall() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    plugins.close();
  }

  private static Stream<Snippet> snippets() throws IOException {
    return Snippet.ofMarkdown(PAGE).stream();
  }

  private static boolean isFile(Snippet snippet) {
    return snippet.code().startsWith("package ");
  }

  static Stream<Snippet> uses() throws IOException {
    return snippets().filter(snippet -> !isFile(snippet));
  }

  @Test
  void page_asSearched_hasEachKindOfPlugin() throws IOException {
    for (Class<?> point : EXTENSION_POINTS) {
      assertThat(jar.resolve("META-INF/services").resolve(point.getName())).isNotEmptyFile();
    }
    assertThat(uses()).hasSizeGreaterThanOrEqualTo(4).allMatch(Snippet::isStatements);
  }

  @ParameterizedTest
  @MethodSource("uses")
  void use_ofThePagesPlugins_runs(Snippet snippet) throws Exception {
    SnippetRunner.run(snippet, classes, plugins);
  }

  @Test
  void reward_inTenLines_isNoLonger() throws IOException {
    String reward = snippets().findFirst().orElseThrow().code();
    long body = reward.lines().dropWhile(line -> !line.startsWith("public final class")).count();

    // Counts the lines of the class, without the closing braces of the class and its two methods,
    // and without the blank line between them.
    assertThat(body - 4).isLessThanOrEqualTo(10);
  }

  @Test
  void contract_asThePageInheritsIt_passes() throws Exception {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(plugins.loadClass("com.example.BriefTest")))
        .execute()
        .testEvents()
        .assertStatistics(events -> events.failed(0).aborted(0).skipped(0))
        .succeeded()
        .assertThatEvents()
        .hasSizeGreaterThan(10);
  }
}
