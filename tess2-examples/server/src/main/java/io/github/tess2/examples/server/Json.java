package io.github.tess2.examples.server;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;

/** Writes JSON as it is sent: on one line, with nulls. */
final class Json {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private Json() {}

  /** The element as text. */
  static String text(JsonElement element) {
    return GSON.toJson(element);
  }
}
