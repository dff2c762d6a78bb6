package io.github.tess2.examples.server;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import io.github.tess2.GenerationOptions;
import io.github.tess2.GenerationRequest;
import io.github.tess2.OptionsBuilder;
import io.github.tess2.PluginException;
import io.github.tess2.Prompt;
import io.github.tess2.Tess2Exception;
import io.github.tess2.examples.text.Guidances;
import io.github.tess2.examples.text.SettledRows;
import io.github.tess2.examples.text.Stops;
import io.github.tess2.runtime.checkpoint.StrictJson;
import io.github.tess2.spi.PluginChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Reads the body of a request. Refuses everything that cannot be done as requested. */
final class AskReader {
  /** Limit of drawn seeds. JavaScript can represent all seeds below it exactly. */
  private static final long SEEDS = 1L << 53;

  /** A model's default length, unless less fits; see {@link OptionsBuilder#length}. */
  private static final int DEFAULT_LENGTH = 256;

  private static final int MOST_STOPS = 4;
  private static final String BODY = "the request's body";
  private static final String CANVAS_WHOLE = "whole";

  /**
   * Features of OpenAI that a diffusion model lacks or this server does not support, each with the
   * values that leave the answer as it is.
   */
  static final ImmutableSetMultimap<String, String> REFUSED =
      ImmutableSetMultimap.<String, String>builder()
          .putAll("tools", "[]", "{}")
          .putAll("functions", "[]", "{}")
          .putAll("audio", "[]", "{}")
          .putAll("logit_bias", "[]", "{}")
          .putAll("web_search_options", "[]", "{}")
          .putAll("reasoning_effort", "[]", "{}")
          .putAll("verbosity", "[]", "{}")
          .putAll("moderation", "[]", "{}")
          .putAll("tool_choice", "\"none\"", "\"auto\"")
          .putAll("function_call", "\"none\"", "\"auto\"")
          .putAll("logprobs", "false")
          .putAll("top_logprobs", "0")
          .putAll("frequency_penalty", "0", "0.0")
          .putAll("presence_penalty", "0", "0.0")
          .putAll("echo", "false")
          .putAll("best_of", "1")
          .putAll("modalities", "[\"text\"]")
          .putAll("response_format", "{\"type\":\"text\"}")
          .putAll("store", "false")
          .putAll("service_tier", "\"auto\"", "\"default\"")
          .build();

  /** Fields of OpenAI that do not affect the answer. */
  static final ImmutableSet<String> IGNORED =
      ImmutableSet.of(
          "user",
          "metadata",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "parallel_tool_calls",
          "prediction");

  private final ServerSettings settings;
  private final int modelLength;
  private final Guidances guidances;
  private final PluginTexts texts;
  private final Random seeds;

  /**
   * @param modelLength the most tokens of prompt and answer together
   * @param seeds draws seeds for requests without one
   */
  AskReader(ServerSettings settings, int modelLength, Guidances guidances, Random seeds) {
    this.settings = settings;
    this.modelLength = modelLength;
    this.guidances = guidances;
    this.texts = new PluginTexts(settings.limits().trusted());
    this.seeds = seeds;
  }

  /**
   * Reads a request. The caller closes its guidances.
   *
   * @throws ApiException if the request is invalid or not supported
   */
  Ask read(Ask.Endpoint endpoint, byte[] body) {
    JsonObject object;
    try {
      object = StrictJson.object(BODY, StrictJson.utf8(BODY, body));
    } catch (CheckpointException e) {
      throw ApiException.invalid(null, "invalid_json", String.valueOf(e.getMessage()));
    }
    Fields fields = Fields.of(object);
    requireModel(fields);
    try {
      return read(endpoint, fields);
    } catch (PluginException e) {
      throw Failures.ofPlugin(e);
    } catch (IllegalArgumentException | Tess2Exception e) {
      throw ApiException.invalid(null, "invalid_value", String.valueOf(e.getMessage()));
    }
  }

  private void requireModel(Fields fields) {
    String model = fields.requiredText("model");
    if (!model.equals(settings.model())) {
      throw ApiException.of(
          404,
          "model",
          "model_not_found",
          String.format(
              Locale.ROOT,
              "The model `%s` does not exist; there is `%s`",
              Fields.shown(model),
              settings.model()));
    }
  }

  private Ask read(Ask.Endpoint endpoint, Fields fields) {
    refuseUnsupported(fields);
    boolean stream = fields.flag("stream");
    boolean diffusing = fields.flag("diffusing");
    boolean includeUsage = includeUsage(fields, stream);
    if (diffusing && !stream) {
      throw ApiException.invalid("diffusing", "invalid_value", "diffusing needs stream: true");
    }
    Length length = length(fields, endpoint);
    Prompts prompts =
        endpoint == Ask.Endpoint.CHAT
            ? Prompts.ofChat(fields)
            : Prompts.ofText(fields, length.given() == null ? null : length.given().intValue());
    prompts.requireAtMost(settings.limits().promptCharacters());
    Sampling sampling = sampling(fields);
    Stops stops = stops(fields);
    long n = orElse(fields.integer("n", 1, settings.limits().candidates()), 1);
    Long seed = fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    List<String> guidance = fields.texts("guidance").stream().map(texts::checked).toList();
    fields.finish();

    Guidances.Lease lease = guidances.open(guidance);
    try {
      requireFewCandidates(n * prompts.list().size(), lease.candidates());
      long first = seed == null ? (seeds.nextLong() & (SEEDS - 1)) : seed;
      List<Ask.Choice> choices = new ArrayList<>();
      for (Prompt prompt : prompts.list()) {
        for (int i = 0; i < n; i++) {
          GenerationRequest.Builder builder = GenerationRequest.builder(prompt).seed(first + i);
          if (prompt instanceof Prompt.Infill) {
            length.requireNone(prompts.suffix());
          } else {
            length.applyTo(builder);
          }
          sampling.applyTo(builder);
          if (!guidance.isEmpty()) {
            builder.guidance(lease.all());
          }
          Optional<SettledRows> settled =
              stream && !diffusing
                  ? settled(sampling.plugins().canvas(), builder)
                  : Optional.empty();
          GenerationRequest request = builder.build();
          resolve(request.options());
          choices.add(new Ask.Choice(request, settled, prompts.suffix()));
        }
      }
      return new Ask(endpoint, List.copyOf(choices), stops, stream, includeUsage, diffusing, lease);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private static void refuseUnsupported(Fields fields) {
    REFUSED
        .asMap()
        .forEach((field, harmless) -> fields.refuse(field, harmless.toArray(String[]::new)));
    IGNORED.forEach(fields::accept);
  }

  private static boolean includeUsage(Fields fields, boolean stream) {
    Fields options = fields.object("stream_options");
    if (options == null) {
      return false;
    }
    if (!stream) {
      throw ApiException.invalid(
          "stream_options", "invalid_value", "stream_options needs stream: true");
    }
    boolean include = options.flag("include_usage");
    options.accept("include_obfuscation");
    options.finish();
    return include;
  }

  /**
   * The length of the canvas.
   *
   * @param given null if the request does not set it
   * @param field the name of its field
   * @param usual the length if none is given; empty leaves it to the model
   */
  private record Length(@Nullable Long given, String field, OptionalInt usual) {
    void applyTo(GenerationRequest.Builder builder) {
      if (given != null) {
        builder.length(given.intValue());
      } else {
        usual.ifPresent(builder::length);
      }
    }

    void requireNone(boolean suffix) {
      if (given != null && !suffix) {
        throw ApiException.invalid(
            field,
            "invalid_value",
            field + " must not be set with infill: a blank says how many tokens it has");
      }
    }
  }

  private Length length(Fields fields, Ask.Endpoint endpoint) {
    int most = settings.limits().length();
    Long older = fields.integer("max_tokens", 1, most);
    Long newer =
        endpoint == Ask.Endpoint.CHAT ? fields.integer("max_completion_tokens", 1, most) : null;
    if (older != null && newer != null && !older.equals(newer)) {
      throw ApiException.invalid(
          "max_completion_tokens",
          "invalid_value",
          "max_completion_tokens and max_tokens must be equal if both are set, but are: "
              + newer
              + " and "
              + older);
    }
    return newer == null
        ? new Length(older, "max_tokens", usualLength())
        : new Length(newer, "max_completion_tokens", usualLength());
  }

  /** The length of requests that set none; empty for the model's default, if that is allowed. */
  private OptionalInt usualLength() {
    int most = settings.limits().length();
    return settings.length().isEmpty() && most < Math.min(DEFAULT_LENGTH, modelLength)
        ? OptionalInt.of(most)
        : settings.length();
  }

  private Stops stops(Fields fields) {
    List<String> stops = fields.texts("stop");
    if (stops.size() > MOST_STOPS) {
      throw ApiException.invalid(
          "stop",
          "invalid_value",
          "stop must have at most " + MOST_STOPS + " texts, but has: " + stops.size());
    }
    if (stops.contains("")) {
      throw ApiException.invalid("stop", "invalid_value", "stop must not contain an empty text");
    }
    return new Stops(stops);
  }

  private Sampling sampling(Fields fields) {
    return Sampling.read(fields, settings.limits().steps(), texts);
  }

  private void requireFewCandidates(long answers, int candidates) {
    if (answers * candidates > settings.limits().candidates()) {
      throw ApiException.invalid(
          "n",
          "invalid_value",
          String.format(
              Locale.ROOT,
              "prompts × n × candidates of the guidance must be at most %d, but are: %d",
              settings.limits().candidates(),
              answers * candidates));
    }
  }

  /** Wraps a canvas that settles rows before the end in one that counts them. */
  private Optional<SettledRows> settled(@Nullable String asked, GenerationRequest.Builder builder) {
    String text = asked == null ? settings.canvas().orElse(CANVAS_WHOLE) : asked;
    Optional<SettledRows> settled = SettledRows.of(text);
    settled.ifPresent(builder::canvas);
    return settled;
  }

  /** Creates the plugins now, so that an unknown name is reported before any work is done. */
  private static void resolve(GenerationOptions options) {
    options.plugins().forEach(PluginChoice::plugin);
  }

  private static long orElse(@Nullable Long value, long otherwise) {
    return value == null ? otherwise : value;
  }
}
