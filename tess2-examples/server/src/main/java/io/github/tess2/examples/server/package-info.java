/**
 * A model behind HTTP: OpenAI's interface with options of its own, health, metrics, an access log,
 * and a page that shows the canvas refining.
 */
@NullMarked
package io.github.tess2.examples.server;

import org.jspecify.annotations.NullMarked;
