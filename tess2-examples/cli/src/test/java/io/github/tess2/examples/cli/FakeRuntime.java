package io.github.tess2.examples.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Activity;
import io.github.tess2.CheckpointException;
import io.github.tess2.Confidence;
import io.github.tess2.DenoisingStep;
import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationOptions;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Message;
import io.github.tess2.ModelInfo;
import io.github.tess2.Prompt;
import io.github.tess2.Tess2Exception;
import io.github.tess2.Timings;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.DiffusionRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;

/**
 * A runtime for tests of commands in which the model does not matter. A token is a character, and
 * the answer is the prompt's text, written from left to right. The prompt {@code options} is
 * answered with the current options; {@code fail}, {@code bug} and {@code error} throw exceptions;
 * {@code hang} is never answered in an asynchronous call.
 */
public final class FakeRuntime implements DiffusionRuntime {
  static final int EOS = 3;

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public DiffusionLM open(Configuration configuration) {
    if (configuration.model() != null && !configuration.model().toFile().isDirectory()) {
      throw new CheckpointException(configuration.model() + ": must be a folder, but is not");
    }
    return new FakeLM(configuration);
  }

  private record FakeLM(Configuration configuration) implements DiffusionLM {
    @Override
    public GenerationResult generate(GenerationRequest request, GenerationListener listener) {
      String answer = answer(request.prompt());
      GenerationOptions options = request.options().orElse(configuration.options());
      int total = options.steps() == null ? 4 : options.steps();
      int step = 0;
      boolean cancelled = false;
      while (step < total && !cancelled) {
        step++;
        cancelled = listener.onStep(step(answer, step, total)) == GenerationListener.Signal.CANCEL;
      }
      DenoisingStep last = step(answer, step, total);
      int end = last.tokenIds().indexOf(EOS);
      return GenerationResult.builder(
              last.text(),
              last.tokenIds().subArray(0, end),
              new Confidence(last.confidence().perToken().subArray(0, end)),
              cancelled ? FinishReason.CANCELLED : FinishReason.END_OF_SEQUENCE)
          .blanks(
              request.prompt() instanceof Prompt.Infill infill
                  ? blanks(infill)
                  : ImmutableList.of())
          .steps(step)
          .seed(options.seed() == null ? 99 : options.seed())
          .timings(
              Timings.builder()
                  .denoising(Duration.ofMillis(10L * step))
                  .total(Duration.ofMillis(50))
                  .build())
          .build();
    }

    private String answer(Prompt prompt) {
      String text = text(prompt);
      return switch (text) {
        case "fail" -> throw new Tess2Exception("the model must answer,\n  but does not");
        case "bug" -> throw new UnsupportedOperationException();
        case "error" -> throw new OutOfMemoryError("Java heap space");
        case "options" -> describe();
        default -> text;
      };
    }

    private static String text(Prompt prompt) {
      if (prompt instanceof Prompt.Chat chat) {
        return chat.messages().stream().map(Message::content).collect(Collectors.joining("|"));
      }
      if (prompt instanceof Prompt.Raw raw) {
        return "raw:" + raw.text();
      }
      return "infill:" + ((Prompt.Infill) prompt).parts();
    }

    /** The right filling requires the text after the blank. */
    private static ImmutableList<String> blanks(Prompt.Infill infill) {
      return ImmutableList.of(infill.parts().size() == 3 ? " cold" : " hot ");
    }

    private String describe() {
      GenerationOptions options = configuration.options();
      List<Object> all = new ArrayList<>();
      all.add(configuration.device());
      all.add(configuration.precision());
      all.add(options.steps());
      all.add(options.length());
      all.add(options.seed());
      all.add(options.temperature());
      all.add(options.topP());
      all.add(options.greedy());
      all.add(options.noiseSchedule());
      all.add(options.grid());
      all.add(options.sampler());
      all.add(options.stoppingCriterion());
      all.add(options.canvas());
      all.add(options.cache());
      all.add(options.selfConditioning());
      return all.toString();
    }

    /**
     * The first characters are sure, the others are guessed as dots. The end of the answer is known
     * only in the last step.
     */
    private static DenoisingStep step(String answer, int step, int total) {
      int sure = answer.length() * step / total;
      String text = answer.substring(0, sure) + ".".repeat(answer.length() - sure);
      ImmutableIntArray.Builder ids = ImmutableIntArray.builder();
      ImmutableDoubleArray.Builder confidence = ImmutableDoubleArray.builder();
      for (int i = 0; i < text.length(); i++) {
        ids.add(text.charAt(i));
        confidence.add(i < sure ? 0.99 : 0.1);
      }
      return DenoisingStep.builder(
              text, ids.add(EOS).build(), new Confidence(confidence.add(0.99).build()))
          .step(step)
          .total(total)
          .build();
    }

    @Override
    public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
      return requests.stream().map(this::generate).toList();
    }

    @Override
    public CompletableFuture<GenerationResult> generateAsync(
        GenerationRequest request, GenerationListener listener) {
      if (text(request.prompt()).equals("hang")) {
        return new CompletableFuture<>();
      }
      try {
        return CompletableFuture.completedFuture(generate(request, listener));
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    public Flow.Publisher<DenoisingStep> stream(GenerationRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Activity activity() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<CompletableFuture<GenerationResult>> generateAllAsync(
        List<GenerationRequest> requests) {
      return requests.stream().map(this::generateAsync).toList();
    }

    @Override
    public ModelInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Tokenizer tokenizer() {
      return new Characters();
    }

    @Override
    public void close() {}
  }

  /** Each token is a character, and its id is the character's code. */
  static final class Characters implements Tokenizer {
    @Override
    public ImmutableIntArray encode(String text) {
      return ImmutableIntArray.copyOf(text.chars());
    }

    @Override
    public String decode(ImmutableIntArray ids) {
      StringBuilder text = new StringBuilder();
      ids.forEach(id -> text.append((char) id));
      return text.toString();
    }

    @Override
    public int size() {
      return Character.MAX_VALUE + 1;
    }

    @Override
    public int bosId() {
      return 2;
    }

    @Override
    public int eosId() {
      return EOS;
    }

    @Override
    public int padId() {
      return 0;
    }

    @Override
    public String fingerprint() {
      return "characters";
    }
  }
}
