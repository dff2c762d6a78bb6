package io.github.tess2.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link of the documentation to a file, a folder or a heading leads somewhere. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern SOURCE = Pattern.compile("\\b(?:src|href)=\"([^\"]+)\"");

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md")),
              docs.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream())
          .map(Path::normalize);
    }
  }

  private static Node parse(Path document) throws IOException {
    return Parser.builder().build().parse(Files.readString(document));
  }

  private static List<String> links(Path document) throws IOException {
    List<String> links = new ArrayList<>();
    parse(document)
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                links.add(link.getDestination());
                visitChildren(link);
              }

              @Override
              public void visit(Image image) {
                links.add(image.getDestination());
                visitChildren(image);
              }

              @Override
              public void visit(HtmlInline html) {
                add(html.getLiteral());
              }

              @Override
              public void visit(HtmlBlock html) {
                add(html.getLiteral());
              }

              private void add(String html) {
                Matcher matcher = SOURCE.matcher(html);
                while (matcher.find()) {
                  links.add(matcher.group(1));
                }
              }
            });
    return links.stream().filter(link -> !link.matches("[a-z]+:.*")).toList();
  }

  /** The headings as GitHub names them in links. */
  private static Set<String> anchors(Path document) throws IOException {
    IdGenerator ids = IdGenerator.builder().build();
    Set<String> anchors = new HashSet<>();
    parse(document)
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Heading heading) {
                anchors.add(ids.generateId(text(heading)));
              }
            });
    return anchors;
  }

  private static String text(Node node) {
    StringBuilder text = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(Code part) {
            text.append(part.getLiteral());
          }
        });
    return text.toString();
  }

  @Test
  void documentation_asSearched_hasLinksOfEachKind() throws IOException {
    assertThat(links(ROOT.resolve("README.md"))).anyMatch(link -> link.startsWith("docs/"));
    assertThat(links(ROOT.resolve("docs/claims.md")))
        .anyMatch(link -> link.startsWith("#"))
        .anyMatch(link -> link.endsWith(".png"))
        .anyMatch(link -> link.contains(".md#"));
    assertThat(links(ROOT.resolve("docs/server.md"))).contains("server/phone.png");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void link_ofTheDocumentation_leadsSomewhere(Path document) throws IOException {
    List<String> dead = new ArrayList<>();
    for (String link : links(document)) {
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
      if (!Files.exists(target) || (parts.length > 1 && !anchors(target).contains(parts[1]))) {
        dead.add(link);
      }
    }
    assertThat(dead).as("dead links of %s", document).isEmpty();
  }
}
