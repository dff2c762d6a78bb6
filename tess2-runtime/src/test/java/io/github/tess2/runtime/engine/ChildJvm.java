package io.github.tess2.runtime.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs a main class of the tests in a separate JVM, for things that a process does only once: load
 * the engine, or read its environment.
 */
public final class ChildJvm {
  private final List<String> options = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> removed = new ArrayList<>();
  private String classPath = System.getProperty("java.class.path");

  /** The output of the child, with both streams together, and its exit code. */
  public record Outcome(int exit, String output) {}

  /** Adds a JVM option. */
  public ChildJvm option(String option) {
    options.add(option);
    return this;
  }

  /** Sets an environment variable. */
  public ChildJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  ChildJvm withoutVariables(String... names) {
    removed.addAll(List.of(names));
    return this;
  }

  ChildJvm withoutJars(String namePrefix) {
    classPath =
        Splitter.on(File.pathSeparatorChar)
            .splitToStream(classPath)
            .filter(entry -> !new File(entry).getName().startsWith(namePrefix))
            .collect(Collectors.joining(File.pathSeparator));
    return this;
  }

  /** Runs it to its end. */
  public Outcome run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    Process process = start(main, arguments);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  /** Starts it; both its streams are the process's input stream. */
  public Process start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Children live for seconds, so the C2 compiler would only take CPU time.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // DJL's settings in the environment must not affect the tests, except for the location of its
    // cache. The natives are large, so a child unpacks them only if a test asks for it.
    builder
        .environment()
        .keySet()
        .removeAll(
            List.of(
                "OPT_OUT_TRACKING",
                "DJL_OFFLINE",
                "PYTORCH_LIBRARY_PATH",
                "PYTORCH_FLAVOR",
                "PYTORCH_VERSION"));
    builder.environment().keySet().removeAll(removed);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }
}
