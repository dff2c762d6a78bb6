package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.features.FeatureConfig;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.loader.ResourceNotFoundException;
import io.github.tess2.CheckpointException;
import io.github.tess2.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's own chat template: the file {@code chat_template.jinja}, or {@code chat_template}
 * in {@code tokenizer_config.json}. It is rendered like {@code apply_chat_template} of {@code
 * transformers}, with a generation prompt and without tools: blocks are trimmed and stripped on the
 * left, and {@code raise_exception} ends the rendering.
 *
 * <p>A template sees only texts and Boolean values, reads no files, and has limited output and
 * loops. The content of each message is enclosed in marks that nobody can guess, so the output can
 * be divided into spans of the template and spans of users. Thread-safe.
 */
final class ChatTemplate {
  private static final String FIELD = "chat_template";
  private static final String FILE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final long MAX_BYTES = 1 << 20;

  /** The greatest number of template nodes that may be rendered for one chat. */
  private static final int MOST_NODES = 200_000;

  private static final int MOST_ITEMS = 10_000;

  /** The variable that counts how many nodes are left. */
  private static final String LEFT = "nodes left to render";

  private final String source;
  private final String text;
  private final Map<String, String> tokens;
  private final Markers marks = new Markers(Set.of());
  private final Jinjava jinjava;

  private ChatTemplate(String source, String text, Map<String, String> tokens) {
    this.source = source;
    // A macro, because a function would have to be found by reflection.
    this.text =
        String.format(
            Locale.ROOT,
            "{%% macro raise_exception(message) %%}%s{{ message }}%s{%% endmacro %%}%s",
            marks.unique(2),
            marks.unique(2),
            // Jinja drops a line end after the last line.
            text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    this.tokens = tokens;
    this.jinjava = jinjava();
  }

  /** Reads a folder's template. If both sources exist, the file counts. */
  static Optional<ChatTemplate> read(Path folder) {
    Map<String, String> tokens = new HashMap<>();
    String template = null;
    String source = folder.resolve(CONFIG) + ": " + FIELD;
    for (JsonFields file : SpecialTokens.files(folder)) {
      for (String field : file.json().keySet()) {
        if (field.endsWith("_token") && file.isSet(field)) {
          spelling(file.json().get(field)).ifPresent(token -> tokens.putIfAbsent(field, token));
        }
      }
      if (file.source().endsWith(CONFIG) && file.isSet(FIELD)) {
        template = named(file);
      }
    }
    Path own = folder.resolve(FILE);
    if (StrictJson.exists(own)) {
      template = new String(StrictJson.bytes(own, MAX_BYTES), UTF_8);
      source = own.toString();
    }
    return template == null
        ? Optional.empty()
        : Optional.of(new ChatTemplate(source, template, Map.copyOf(tokens)));
  }

  /** The field's text; if there are several templates, the one for ordinary chats. */
  private static String named(JsonFields file) {
    if (!file.required(FIELD).isJsonArray()) {
      return file.requiredText(FIELD);
    }
    for (JsonFields template : file.objects(FIELD)) {
      if (template.requiredText("name").equals("default")) {
        return template.requiredText("template");
      }
    }
    throw file.wrong(FIELD, "must hold a template with the name default");
  }

  private static Optional<String> spelling(JsonElement token) {
    JsonElement content = token;
    if (token instanceof JsonObject object) {
      content = object.get("content");
    }
    return content != null && content.isJsonPrimitive()
        ? Optional.of(content.getAsString())
        : Optional.empty();
  }

  private static Jinjava jinjava() {
    JinjavaConfig config =
        JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withNestedInterpretationEnabled(false)
            .withLocale(Locale.ROOT)
            .withMaxOutputSize(4L * TextLength.MOST)
            .withMaxStringLength(4L * TextLength.MOST)
            .withMaxListSize(MOST_ITEMS)
            .withMaxMapSize(MOST_ITEMS)
            .withRangeLimit(1000)
            .withMaxRenderDepth(20)
            .withFeatureConfig(FeatureConfig.newBuilder().build())
            .withDisabled(
                Map.of(Library.TAG, Set.of("include", "import", "from", "extends", "block")))
            .withLegacyOverrides(
                LegacyOverrides.newBuilder()
                    .withEvaluateMapKeys(true)
                    .withIterateOverMapKeys(true)
                    .withUsePyishObjectMapper(true)
                    .withUseNaturalOperatorPrecedence(true)
                    .withKeepNullableLoopValues(true)
                    .withParseWhitespaceControlStrictly(true)
                    .withAllowAdjacentTextNodes(true)
                    .withUseTrimmingForNotesAndExpressions(true)
                    .build())
            .withProcessors(
                JinjavaProcessors.newBuilder()
                    .withNodePreProcessor((node, interpreter) -> count(interpreter))
                    .build())
            .build();
    Jinjava jinjava = new Jinjava(config);
    jinjava.setResourceLocator(
        (name, encoding, interpreter) -> {
          throw new ResourceNotFoundException(
              "a chat template reads no files, but asks for: " + name);
        });
    jinjava.registerFilter(new Trim());
    return jinjava;
  }

  private static void count(JinjavaInterpreter interpreter) {
    int[] left = (int[]) interpreter.getContext().get(LEFT);
    if (left != null && --left[0] < 0) {
      throw new TooLong();
    }
  }

  /** Ends a template whose loops run forever or almost so. */
  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLong() {
      super("it must render at most " + MOST_NODES + " nodes");
    }
  }

  /** Strips text as Python's {@code str.strip} does. */
  private static final class Trim implements Filter {
    @Override
    public String getName() {
      return "trim";
    }

    @Override
    public @Nullable Object filter(
        @Nullable Object value, JinjavaInterpreter interpreter, String... args) {
      return value == null ? null : Message.strip(value.toString());
    }
  }

  /**
   * Renders a chat up to the beginning of the answer.
   *
   * @param turns role and content of each message, unchanged
   * @throws IllegalArgumentException if the template refuses the chat
   * @throws CheckpointException if the template is broken, or does more than write text
   */
  List<TextSpan> render(List<Turn> turns) {
    String open = marks.unique(0);
    String close = marks.unique(1);
    List<Map<String, Object>> messages = new ArrayList<>();
    for (Turn turn : turns) {
      messages.add(Map.of("role", turn.role(), "content", marked(turn.content(), open, close)));
    }
    Map<String, Object> context = new HashMap<>(tokens);
    context.put("messages", messages);
    context.put("add_generation_prompt", true);
    context.put(LEFT, new int[] {MOST_NODES});
    return spans(rendered(context), open, close);
  }

  /**
   * A message.
   *
   * @param role such as {@code user}
   * @param content the text of the message
   */
  record Turn(String role, String content) {}

  /** White space stays outside the marks, so that a template can remove it. */
  private static String marked(String content, String open, String close) {
    String core = Message.strip(content);
    int from = content.indexOf(core);
    return content.substring(0, from)
        + open
        + core
        + close
        + content.substring(from + core.length());
  }

  private String rendered(Map<String, Object> context) {
    RenderResult result;
    try {
      result = jinjava.renderForResult(text, context);
    } catch (RuntimeException | StackOverflowError e) {
      throw new CheckpointException(
          source + " must be a template that renders, but fails: " + e, e);
    }
    String output = result.getOutput();
    String mark = marks.unique(2);
    int raised = output.indexOf(mark);
    if (raised >= 0) {
      int from = raised + mark.length();
      int to = output.indexOf(mark, from);
      throw new IllegalArgumentException(
          "the checkpoint's chat template refuses the chat: "
              + output.substring(from, to < 0 ? output.length() : to));
    }
    for (TemplateError error : result.getErrors()) {
      throw new CheckpointException(
          source + " must be a template that renders, but fails: " + error.getMessage());
    }
    return output;
  }

  private List<TextSpan> spans(String output, String open, String close) {
    List<TextSpan> spans = new ArrayList<>();
    int at = 0;
    for (int start = output.indexOf(open); start >= 0; start = output.indexOf(open, at)) {
      int from = start + open.length();
      int to = output.indexOf(close, from);
      spans.add(own(output.substring(at, start)));
      if (to < 0 || output.substring(from, to).contains(open)) {
        throw cut();
      }
      spans.add(TextSpan.user(output.substring(from, to)));
      at = to + close.length();
    }
    spans.add(own(output.substring(at)));
    return spans;
  }

  /** Text of the template itself, which must contain no part of a mark. */
  private TextSpan own(String text) {
    if (text.indexOf(Markers.FIRST) >= 0 || text.indexOf(Markers.LAST) >= 0) {
      throw cut();
    }
    return TextSpan.template(text);
  }

  private CheckpointException cut() {
    return new CheckpointException(
        source + " must write the content of a message as a whole, but cuts it");
  }
}
