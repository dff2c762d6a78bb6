package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.TextSpan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares the removal of white space around a message with Python's {@code str.strip}. */
class StripGoldenTest {
  private static final Set<Integer> STRIPPED = stripped();

  @Test
  void strip_everyCodePoint_asPython() {
    // Half a surrogate pair is not a code point that Java can separate in a text.
    assertThat(
            IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(point -> Message.strip(Character.toString(point)).isEmpty())
                .boxed()
                .collect(Collectors.toSet()))
        .isEqualTo(STRIPPED);
  }

  @Test
  void strip_spacesOfAllKindsAround_leavesThoseWithin() {
    String spaces = STRIPPED.stream().map(Character::toString).collect(Collectors.joining());

    assertThat(Message.strip(spaces + "a" + spaces + "\u200b" + spaces))
        .isEqualTo("a" + spaces + "\u200b");
  }

  @Test
  void beforeAnswer_messageWithSpacesAroundIt_isStrippedAsPython() {
    String spaces = STRIPPED.stream().map(Character::toString).collect(Collectors.joining());
    Prompt.Chat chat =
        new Prompt.Chat(java.util.List.of(Message.user(spaces + "\ufeffWhat?\u200b" + spaces)));
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.checkpoint("mistral"));
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(checkpoint.folder(), checkpoint.config())) {
      assertThat(ChatText.beforeAnswer(chat, tokenizer))
          .contains(TextSpan.user("\ufeffWhat?\u200b"));
    }
  }

  @Test
  void message_ofSpacesThatJavaKeeps_isBlank() {
    assertThatThrownBy(() -> Message.user("\u00a0\u0085\u2007"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("message content must not be blank, but is: \"\u00a0\u0085\u2007\"");
  }

  private static Set<Integer> stripped() {
    try (InputStream in = StripGoldenTest.class.getResourceAsStream("/checkpoint/strip.json")) {
      return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject()
          .getAsJsonArray("stripped")
          .asList()
          .stream()
          .map(JsonElement::getAsInt)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
