package io.github.tess2.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.Plugin;
import io.github.tess2.spi.Provider;
import io.github.tess2.spi.Sampler;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The declarations of a module for the module path agree with those of its jar for the class path.
 */
final class ModuleDescriptorsTest {
  private static final String API = "io.github.tess2";

  @Test
  void ours_onTheClassPath_areAllModules() {
    assertThat(ClassPathModules.ours())
        .extracting(module -> module.descriptor().name())
        .containsExactly(
            "com.example.tess2plugin",
            "io.github.tess2",
            "io.github.tess2.guidance",
            "io.github.tess2.runtime");
  }

  @ParameterizedTest
  @MethodSource("io.github.tess2.examples.cli.ClassPathModules#ours")
  void provides_ofModule_equalsItsRegistrations(ModuleReference module) throws IOException {
    Map<String, Set<String>> provided = new TreeMap<>();
    for (ModuleDescriptor.Provides provides : module.descriptor().provides()) {
      provided.put(provides.service(), new TreeSet<>(provides.providers()));
    }

    assertThat(provided).isEqualTo(ClassPathModules.registrations(module));
  }

  @Test
  void uses_ofTheApi_areAllExtensionPoints() throws Exception {
    ModuleReference api = api();

    assertThat(api.descriptor().uses()).isEqualTo(extensionPoints(api)).isNotEmpty();
  }

  @Test
  void exports_ofTheApi_areApiAndSpi() {
    assertThat(api().descriptor().exports())
        .allMatch(exports -> !exports.isQualified())
        .extracting(ModuleDescriptor.Exports::source)
        .contains(API, API + ".spi")
        .allMatch(name -> List.of(API, API + ".spi", API + ".training").contains(name));
  }

  private static ModuleReference api() {
    return ClassPathModules.ours().stream()
        .filter(module -> module.descriptor().name().equals(API))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> extensionPoints(ModuleReference api) throws IOException {
    try (ModuleReader reader = api.open()) {
      return reader
          .list()
          .filter(name -> name.matches("io/github/tess2/spi/\\w+\\.class"))
          .map(name -> load(name.replace('/', '.').replaceFirst("\\.class$", "")))
          .filter(type -> type.isInterface() && type != Plugin.class && type != Provider.class)
          .filter(Plugin.class::isAssignableFrom)
          // Kinds of samplers, which are looked up as samplers.
          .filter(type -> type == Sampler.class || !Sampler.class.isAssignableFrom(type))
          .map(Class::getName)
          .collect(Collectors.toSet());
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Plugin.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new LinkageError(name, e);
    }
  }
}
