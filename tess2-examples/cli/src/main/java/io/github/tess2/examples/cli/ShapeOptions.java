package io.github.tess2.examples.cli;

import io.github.tess2.training.FreshModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * The shape of a model that starts from random weights. Defaults: the recipe's values for a CPU.
 */
final class ShapeOptions {
  @Option(
      names = "--hidden-size",
      paramLabel = "N",
      defaultValue = "192",
      description = "The hidden size of a new model. Default: ${DEFAULT-VALUE}.")
  private int hiddenSize;

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "6",
      description = "Decoder layers of a new model. Default: ${DEFAULT-VALUE}.")
  private int layers;

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "6",
      description = "Query heads of a new model. Default: ${DEFAULT-VALUE}.")
  private int heads;

  @Option(
      names = "--key-value-heads",
      paramLabel = "N",
      defaultValue = "3",
      description = "Key-value heads of a new model. Default: ${DEFAULT-VALUE}.")
  private int keyValueHeads;

  @Option(
      names = "--head-dimension",
      paramLabel = "N",
      defaultValue = "32",
      description = "Width of a head of a new model. Default: ${DEFAULT-VALUE}.")
  private int headDimension;

  @Option(
      names = "--intermediate-size",
      paramLabel = "N",
      defaultValue = "512",
      description = "Inner width of the feed-forward part. Default: ${DEFAULT-VALUE}.")
  private int intermediateSize;

  @Option(names = "--tied-head", description = "The output head is the embedding.")
  private boolean tiedHead;

  /** The first of these options that a command line sets. The command has them as a mixin. */
  Optional<String> firstGiven(CommandSpec command) {
    ParseResult parsed = command.commandLine().getParseResult();
    return command.mixins().values().stream()
        .filter(mixin -> mixin.userObject() == this)
        .flatMap(mixin -> mixin.options().stream())
        .filter(parsed::hasMatchedOption)
        .map(OptionSpec::longestName)
        .findFirst();
  }

  /** Replaces the defaults of options that the command line does not set. */
  void assume(CommandSpec command, Map<String, Integer> values) {
    ParseResult parsed = command.commandLine().getParseResult();
    values.forEach(
        (option, value) -> {
          if (!parsed.hasMatchedOption(option)) {
            set(option, value);
          }
        });
  }

  private void set(String option, int value) {
    switch (option) {
      case "--hidden-size" -> hiddenSize = value;
      case "--layers" -> layers = value;
      case "--heads" -> heads = value;
      case "--key-value-heads" -> keyValueHeads = value;
      case "--intermediate-size" -> intermediateSize = value;
      default -> throw new IllegalArgumentException("there is no shape option " + option);
    }
  }

  /** Describes a model. Throws {@link IllegalArgumentException} if the shape is invalid. */
  FreshModel fresh(Path tokenizer, int maxLength) {
    return FreshModel.builder(tokenizer)
        .hiddenSize(hiddenSize)
        .layers(layers)
        .heads(heads)
        .keyValueHeads(keyValueHeads)
        .headDimension(headDimension)
        .intermediateSize(intermediateSize)
        .maxLength(maxLength)
        .tiedHead(tiedHead)
        .build();
  }
}
