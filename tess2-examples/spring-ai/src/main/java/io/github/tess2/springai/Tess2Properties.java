package io.github.tess2.springai;

import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code spring.ai.tess2}: which model is loaded, how, and what its answers are
 * like.
 *
 * @param modelPath Folder of the checkpoint, in the Hugging Face layout. Default: the model that
 *     ships with the library.
 * @param device Where to compute: auto, cpu, cuda or cuda:1.
 * @param precision What to compute in.
 * @param weights How the weights of the decoder's layers are stored.
 * @param threads Threads that compute on a CPU. Default: one for each core.
 * @param maxBatchRows Positions that a step computes at most, of all requests together.
 * @param maxWaitingRequests Requests that may wait for their first step; further ones are rejected.
 * @param maxWait How long a request may wait for its first step.
 * @param chat What answers are like where a prompt says nothing.
 */
@ConfigurationProperties("spring.ai.tess2")
public record Tess2Properties(
    @Nullable Path modelPath,
    @DefaultValue("auto") String device,
    @DefaultValue("auto") Precision precision,
    @DefaultValue("unquantized") WeightFormat weights,
    @Nullable Integer threads,
    @Nullable Integer maxBatchRows,
    @Nullable Integer maxWaitingRequests,
    @Nullable Duration maxWait,
    @DefaultValue Chat chat) {

  /**
   * The properties {@code spring.ai.tess2.chat}.
   *
   * @param model What the model is called; a prompt that names another is refused.
   * @param temperature What the logits are divided by before a token is drawn.
   * @param topP The mass of the nucleus that tokens are drawn from.
   * @param maxTokens Tokens that an answer has at most.
   * @param stopSequences Texts at which an answer is cut.
   * @param steps Denoising steps.
   * @param seed Seed of the noise and the draws. Default: a fresh one for each answer.
   * @param greedy Whether the likeliest token is taken in place of a draw.
   * @param canvas Which positions are generated now; "blocks:length=16" streams block by block.
   * @param noiseSchedule The noise schedule.
   * @param grid At which times the steps are taken.
   * @param sampler The sampler.
   * @param stoppingCriterion What may end an answer before its last step.
   */
  public record Chat(
      @DefaultValue("tess2") String model,
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Integer maxTokens,
      @Nullable List<String> stopSequences,
      @Nullable Integer steps,
      @Nullable Long seed,
      @Nullable Boolean greedy,
      @Nullable String canvas,
      @Nullable String noiseSchedule,
      @Nullable String grid,
      @Nullable String sampler,
      @Nullable String stoppingCriterion) {

    Tess2ChatOptions options() {
      return Tess2ChatOptions.builder()
          .model(model)
          .temperature(temperature)
          .topP(topP)
          .maxTokens(maxTokens)
          .stopSequences(stopSequences)
          .steps(steps)
          .seed(seed)
          .greedy(greedy)
          .canvas(canvas)
          .noiseSchedule(noiseSchedule)
          .grid(grid)
          .sampler(sampler)
          .stoppingCriterion(stoppingCriterion)
          .build();
    }
  }
}
