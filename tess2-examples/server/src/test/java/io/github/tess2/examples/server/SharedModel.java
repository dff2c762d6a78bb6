package io.github.tess2.examples.server;

import io.github.tess2.DiffusionLM;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Provides the shipped model as a parameter. Loads it once for all test classes, and closes it
 * after them.
 */
final class SharedModel implements ParameterResolver {
  private record Loaded(DiffusionLM lm) implements AutoCloseable {
    @Override
    public void close() {
      lm.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == DiffusionLM.class;
  }

  @Override
  public DiffusionLM resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedModel.class))
        .getOrComputeIfAbsent(
            Loaded.class, key -> new Loaded(DiffusionLM.builder().build()), Loaded.class)
        .lm();
  }
}
