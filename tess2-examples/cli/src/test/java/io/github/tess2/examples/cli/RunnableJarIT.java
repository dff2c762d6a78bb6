package io.github.tess2.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runnable jar contains everything from the modules: registrations, natives and the manifest.
 */
final class RunnableJarIT {
  private static final Path JAR = Path.of("target", "tess2.jar");

  private static final List<String> GENERATE =
      List.of(
          "generate",
          "--json",
          "--model",
          "../../tess2-runtime/src/test/resources/golden/checkpoints/mistral",
          "--device=cpu",
          "--steps=3",
          "--length=8",
          "--schedule=quadratic",
          "--sampler=sure-first",
          "--guidance=reward-function:reward=no-repeats(distance=2),scale=4",
          "Hi");

  private static String probed;

  @BeforeAll
  static void probe(@TempDir Path emptyCache) throws Exception {
    probed =
        java(
            emptyCache,
            "-DOPT_OUT_TRACKING=true",
            "-cp",
            JAR + File.pathSeparator + Path.of("target", "test-classes"),
            JarProbe.class.getName());
  }

  @Test
  void jar_onItsOwn_isWhereTheLibraryComesFrom() {
    assertThat(probed.lines()).anyMatch(line -> line.matches("FROM file:.*/target/tess2\\.jar"));
  }

  @Test
  void jar_emptyCache_computesWithTheNativesInIt() {
    assertThat(probed.lines()).contains("SUM 42.0");
  }

  @Test
  void jar_registrations_areThoseOfTheModules() {
    Plugins<NoiseSchedule> here = Plugins.of(NoiseSchedule.class);
    // A third party's plugin is next to the jar, not in it.
    List<String> ours =
        here.names().stream()
            .filter(name -> here.named(name).getClass().getName().startsWith("io.github.tess2."))
            .toList();

    assertThat(ours).hasSizeLessThan(here.names().size()).isNotEmpty();
    assertThat(probed.lines()).contains("SCHEDULES " + ours);
  }

  @Test
  void jar_help_namesTheProgram(@TempDir Path cache) throws Exception {
    assertThat(java(cache, "-jar", JAR.toString(), "--help")).startsWith("Usage: tess2 ");
  }

  @Test
  void jar_version_isTheProjects(@TempDir Path cache) throws Exception {
    assertThat(java(cache, "-jar", JAR.toString(), "--version"))
        .matches("tess2 \\d+\\.\\d+\\.\\d+.*\\R");
  }

  @Test
  void jar_pluginOnTheClassPath_isFoundByName(@TempDir Path cache) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("-cp", JAR + File.pathSeparator + plugin(), Main.class.getName()));
    arguments.addAll(GENERATE);

    assertThat(java(cache, arguments.toArray(String[]::new))).contains("\"steps\":3");
  }

  @Test
  void jar_pluginInPluginsOption_isFoundByName(@TempDir Path cache) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("-jar", JAR.toString(), "--plugins", plugin().toString()));
    arguments.addAll(GENERATE);

    assertThat(java(cache, arguments.toArray(String[]::new))).contains("\"steps\":3");
  }

  @Test
  void jar_withoutThePlugin_doesNotKnowIt(@TempDir Path cache) throws Exception {
    String listed = java(cache, "-jar", JAR.toString(), "plugins");

    assertThat(listed).contains("simplex-ddpm").doesNotContain("sure-first");
  }

  /** The third party's jar, as its module built it. */
  private static Path plugin() {
    Path jar = ClassPathModules.named("com.example.tess2plugin");
    assertThat(jar.toString()).endsWith(".jar");
    return jar;
  }

  /** Runs the JVM of this test. It must succeed. Returns its output. */
  private static String java(Path cache, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DJL_CACHE_DIR", cache.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
