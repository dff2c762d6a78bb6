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

/** The one jar holds all that the modules held: registrations, natives and the manifest. */
final class RunnableJarIT {
  private static final Path JAR = Path.of("target", "tess2.jar");

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
    assertThat(Plugins.of(NoiseSchedule.class).names()).isNotEmpty();
    assertThat(probed.lines()).contains("SCHEDULES " + Plugins.of(NoiseSchedule.class).names());
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

  /** Runs the JVM of this test, which must succeed, and returns what it prints. */
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
