package io.github.tess2.examples.cli;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the entries of the test class path as modules. */
final class ClassPathModules {
  private static final String SERVICES = "META-INF/services/";

  private ClassPathModules() {}

  static Stream<Path> entries() {
    return Splitter.on(File.pathSeparatorChar)
        .splitToStream(System.getProperty("java.class.path"))
        .map(Path::of)
        .filter(Files::exists);
  }

  /** {@return the module of an entry; empty if no module can be derived from it} */
  static Optional<ModuleReference> moduleOf(Path entry) {
    try {
      return ModuleFinder.of(entry).findAll().stream().findFirst();
    } catch (FindException e) {
      return Optional.empty();
    }
  }

  /** {@return the modules of this project, by name} */
  static List<ModuleReference> ours() {
    return entries()
        .flatMap(entry -> moduleOf(entry).stream())
        .filter(module -> !module.descriptor().isAutomatic())
        .filter(module -> module.descriptor().name().matches("(io\\.github|com\\.example)\\..*"))
        .sorted(Comparator.comparing(module -> module.descriptor().name()))
        .toList();
  }

  /** {@return the entry that contains a module} */
  static Path named(String module) {
    return entries()
        .filter(
            entry ->
                moduleOf(entry).filter(it -> it.descriptor().name().equals(module)).isPresent())
        .findFirst()
        .orElseThrow();
  }

  /** {@return the providers that a module registers in META-INF/services, by service} */
  static Map<String, Set<String>> registrations(ModuleReference module) throws IOException {
    Map<String, Set<String>> providers = new TreeMap<>();
    try (ModuleReader reader = module.open()) {
      for (String resource : reader.list().filter(name -> name.startsWith(SERVICES)).toList()) {
        if (!resource.endsWith("/")) {
          providers.put(resource.substring(SERVICES.length()), lines(reader, resource));
        }
      }
    }
    return providers;
  }

  private static Set<String> lines(ModuleReader reader, String resource) {
    try (Stream<String> lines =
        new String(reader.open(resource).orElseThrow().readAllBytes(), StandardCharsets.UTF_8)
            .lines()) {
      return lines
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
