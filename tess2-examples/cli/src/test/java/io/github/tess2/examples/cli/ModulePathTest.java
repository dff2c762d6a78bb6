package io.github.tess2.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles a user's module against the library's modules, and runs it in a separate process.
 * Everything is on the module path except PyTorch's natives. Their manifest asks for a module name
 * with a hyphen, which no JVM accepts, so they stay on the class path.
 */
final class ModulePathTest {
  /** The library and its dependencies. The rest of this class path belongs to the application. */
  private static final List<String> LIBRARY =
      List.of(
          "io.github.tess2",
          "com.example.tess2plugin",
          "ai.djl",
          "com.fasterxml.jackson",
          "com.google",
          "com.sun.jna",
          "jinjava",
          "org.apache.commons",
          "org.javassist",
          "org.jspecify",
          "org.slf4j",
          "org.yaml.snakeyaml");

  /**
   * A small random checkpoint in the real layout, which the oracle made for the runtime's tests.
   */
  private static final Path CHECKPOINT =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral");

  private static int exit;
  private static String output;

  @BeforeAll
  static void runConsumer(@TempDir Path classes) throws Exception {
    String modulePath =
        joined(
            entry ->
                ClassPathModules.moduleOf(entry).filter(ModulePathTest::isLibrary).isPresent());
    compile(modulePath, classes);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p",
                classes + File.pathSeparator + modulePath,
                "-cp",
                joined(ModulePathTest::isNatives),
                "-m",
                "com.example.consumer/com.example.consumer.Main",
                CHECKPOINT.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    output = new String(process.getInputStream().readAllBytes(), UTF_8);
    exit = process.waitFor();
  }

  @Test
  void consumer_onTheModulePath_seesTheApiAsANamedModule() {
    assertThat(output).contains("API module io.github.tess2");
    assertThat(exit).as(output).isZero();
  }

  @Test
  void consumer_onTheModulePath_computesWithPyTorch() {
    assertThat(output).contains("SUM 42.0");
  }

  @Test
  void consumer_onTheModulePath_generatesWithItsOwnPlugin() {
    assertThat(output.lines()).contains("STEPS 3");
  }

  @Test
  void consumer_withPluginOfItsOwn_findsIt() {
    assertThat(output)
        .contains(
            "PLUGIN io.github.tess2.spi.NoiseSchedule com.example.consumer.ConsumersSchedule"
                + " com.example.consumer");
  }

  @Test
  void consumer_onTheModulePath_findsWhatTheClassPathHas() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (ModuleReference module : ClassPathModules.ours()) {
      for (Map.Entry<String, Set<String>> service :
          ClassPathModules.registrations(module).entrySet()) {
        // The runtime's families of models are not an extension point of the API.
        boolean extensionPoint = service.getKey().startsWith("io.github.tess2.spi.");
        for (String provider : extensionPoint ? service.getValue() : Set.<String>of()) {
          expected.add(
              String.join(" ", "PLUGIN", service.getKey(), provider, module.descriptor().name()));
        }
      }
    }

    assertThat(output.lines().filter(line -> line.startsWith("PLUGIN")))
        .filteredOn(line -> !line.endsWith(" com.example.consumer"))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void natives_readAsAModule_areNone() {
    assertThat(ClassPathModules.entries().filter(ModulePathTest::isNatives))
        .hasSize(1)
        .allMatch(entry -> ClassPathModules.moduleOf(entry).isEmpty());
  }

  private static boolean isLibrary(ModuleReference module) {
    return LIBRARY.stream().anyMatch(module.descriptor().name()::startsWith);
  }

  private static boolean isNatives(Path entry) {
    return entry.getFileName().toString().startsWith("pytorch-native-cpu");
  }

  private static String joined(Predicate<Path> wanted) {
    return ClassPathModules.entries()
        .filter(wanted)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void compile(String modulePath, Path classes) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-p", modulePath, "-d", classes.toString(), "--release", "17"));
    try (Stream<Path> sources = Files.walk(Path.of("src/test/modules/com.example.consumer"))) {
      sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
    }
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, messages, messages, arguments.toArray(String[]::new));
    assertThat(failed).as(messages.toString(UTF_8)).isZero();
  }
}
