package io.github.tess2.runtime;

import io.github.tess2.Blank;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.training.TinyRun;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs as a process in a locale: generates with each shipped guidance and reward, trains and
 * resumes, and prints the results in letters and digits that no locale changes.
 */
final class LocaleProbe {
  private static final Path CHECKPOINTS = Path.of("src/test/resources/golden/checkpoints");

  private static final List<String> GUIDANCES =
      List.of(
          "reward-function:reward=wanted-words(words=the|right),scale=4",
          "reward-function:reward=banned-words(words=the|right),scale=4",
          "reward-function:reward=answer-length(min=1,max=5),scale=4",
          "reward-function:reward=similar-to(text=It is right),scale=4",
          "reward-function:reward=pattern-at(at=1,pattern=[a-z]+),scale=4.5",
          "reward-model:precision=fp32,scale=2.5,path=" + CHECKPOINTS.resolve("reward"),
          "classifier-free:scale=1.5,on=logits",
          "weighted-sum:parts=classifier-free,weights=1.5",
          "best-of:n=2,reward=answer-length(min=2)");

  private LocaleProbe() {}

  public static void main(String[] arguments) throws Exception {
    generate();
    train(Path.of(arguments[0]));
  }

  private static void generate() {
    try (DiffusionLM lm =
        DiffusionLM.builder()
            .model(CHECKPOINTS.resolve("mistral"))
            .device(ComputeDevice.parse("CPU"))
            .precision(Precision.FP32)
            .steps(2)
            .length(8)
            .seed(7)
            .build()) {
      for (String sampler : List.of("simplex-ddpm", "SIMPLEX-DDIM")) {
        GenerationRequest.Builder request =
            GenerationRequest.builder(
                Prompt.infill("It is ", Blank.blank(3), "right", Blank.blank(2)));
        print(sampler, lm.generate(request.sampler(sampler).build()));
      }
      for (String spec : GUIDANCES) {
        try (Guidance guidance = Guidance.named(PluginSpec.parse(spec))) {
          print(
              spec,
              lm.generate(
                  GenerationRequest.builder(Prompt.user("Is it?")).guidance(guidance).build()));
        }
      }
    }
  }

  private static void train(Path folder) throws Exception {
    for (TrainingStage stage : TrainingStage.values()) {
      Path output = folder.resolve(stage.name());
      TrainingResult result =
          Trainer.train(
              TinyRun.builder(stage, TinyRun.data(stage, folder), output).steps(2).build(),
              progress -> TrainingListener.Signal.CONTINUE);
      System.out.println(
          "TRAINED " + stage + " " + result.checkpoint().getFileName() + " " + result.steps());
      for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
        System.out.println("METRICS " + line.replaceAll("\"tokens_per_second\":[^,}]*", ""));
      }
    }
  }

  private static void print(String what, GenerationResult result) {
    System.out.println("GENERATED " + what + " " + result.tokenIds() + " " + result.reward());
  }
}
