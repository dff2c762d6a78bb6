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
import javax.tools.ToolProvider;

/** Compiles and runs snippets as a reader would. */
final class SnippetRunner {
  /**
   * A small random checkpoint in the real layout, which the oracle made for the runtime's tests.
   */
  static final Path MODEL =
      Path.of("../../tess2-runtime/src/test/resources/golden/checkpoints/mistral");

  private static final String EXAMPLE = "Example";

  private SnippetRunner() {}

  /** Compiles a snippet on its own, as the class {@code Example}. */
  static void compile(Snippet snippet, Path classes) throws IOException {
    String model = MODEL.toString().replace("\\", "\\\\");
    String source = snippet.source(EXAMPLE).replace("models/tess2", model);
    compile(classes, List.of(Files.writeString(classes.resolve(EXAMPLE + ".java"), source)));
  }

  /** Compiles files together. */
  static void compile(Path classes, List<Path> sources) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "--release",
                "17",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
    sources.forEach(source -> arguments.add(source.toString()));
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, messages, messages, arguments.toArray(String[]::new));
    StringBuilder report = new StringBuilder(messages.toString(UTF_8));
    for (Path source : sources) {
      report.append(Files.readString(source));
    }
    assertThat(failed).as(report.toString()).isZero();
  }

  /**
   * Compiles and runs a snippet of statements, with a model available. If it prints, checks that
   * there is output.
   */
  static void run(Snippet snippet, Path classes, ClassLoader parent) throws Exception {
    compile(snippet, classes);
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, parent);
        DiffusionLM lm = DiffusionLM.builder().model(MODEL).seed(7).build()) {
      Class<?> example = loader.loadClass(EXAMPLE);
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
}
