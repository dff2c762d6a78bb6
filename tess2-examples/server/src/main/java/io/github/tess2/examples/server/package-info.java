/**
 * Serves a model over HTTP: OpenAI's interface with additional options, health checks, metrics, an
 * access log, and a page that shows the canvas as it is refined.
 */
@NullMarked
package io.github.tess2.examples.server;

import org.jspecify.annotations.NullMarked;
