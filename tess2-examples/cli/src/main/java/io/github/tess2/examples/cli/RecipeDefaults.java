package io.github.tess2.examples.cli;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The optimizer settings that the shipped models were trained with, where they differ from the
 * defaults.
 */
final class RecipeDefaults implements IDefaultValueProvider {
  private static final Map<String, String> VALUES =
      ImmutableMap.of("--beta2", "0.98", "--weight-decay", "0.01");

  /** For picocli. */
  RecipeDefaults() {}

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? VALUES.get(option.longestName()) : null;
  }
}
