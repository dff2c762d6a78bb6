package io.github.tess2.springai.sample;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Service;

/** A minimal application that uses the starter: one service on Spring AI's client. */
@SpringBootApplication
public class SampleApplication {
  public static void main(String[] args) {
    SpringApplication.run(SampleApplication.class, args);
  }

  /** Does sums. */
  @Service
  public static class Calculator {
    private final ChatClient client;

    Calculator(ChatClient.Builder builder) {
      this.client = builder.build();
    }

    /** The answer to a question. */
    public String compute(String question) {
      return client.prompt().user(question).call().content();
    }
  }
}
