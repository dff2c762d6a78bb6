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
 * The properties {@code spring.ai.tess2}: which model is loaded, how it is loaded, and the defaults
 * of its answers.
 *
 * @param modelPath Folder of the checkpoint, in the Hugging Face layout. Default: the model that
 *     ships with the library.
 * @param device The device to compute on: auto, cpu, cuda, cuda:N or, for layers on several GPUs,
 *     cuda:N+M.
 * @param precision The precision to compute in.
 * @param weights How the weights of the decoder's layers are stored.
 * @param threads Threads that compute on a CPU. Default: one for each core.
 * @param maxBatchRows Most positions that a step computes, over all requests.
 * @param maxWaitingRequests Most requests that may wait for their first step; further ones are
 *     rejected.
 * @param maxWait Longest time that a request may wait for its first step.
 * @param chat Defaults for prompts that set no options.
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
   * @param model The model's name; a prompt that names another model is refused.
   * @param temperature The logits are divided by it before a token is drawn.
   * @param topP The probability mass of the nucleus that tokens are drawn from.
   * @param maxTokens Most tokens of an answer.
   * @param stopSequences Texts at which an answer is cut.
   * @param steps Denoising steps.
   * @param seed Seed of the noise and the draws. Default: a new random seed for each answer.
   * @param greedy Whether to take the likeliest token instead of drawing one.
   * @param canvas Which positions are generated now; "blocks:length=16" streams block by block.
   * @param noiseSchedule The noise schedule.
   * @param grid The step grid: the times at which steps are taken.
   * @param sampler The sampler.
   * @param stoppingCriterion The stopping criterion, which may end an answer before its last step.
   * @param cache The prompt cache: the passes that compute the prompt again.
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
      @Nullable String stoppingCriterion,
      @Nullable String cache) {

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
          .cache(cache)
          .build();
    }
  }
}
