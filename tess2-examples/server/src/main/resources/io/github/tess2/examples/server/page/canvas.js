// Shows the states of one answer: its text coloured by confidence, a strip of all positions, and a
// slider through the steps.

const BANDS = [0.35, 0.6, 0.8, 0.95];

function band(confidence) {
  const above = BANDS.filter((least) => confidence >= least).length;
  return `c${above}`;
}

function percent(confidence) {
  return `${Math.round(confidence * 100)} % sure`;
}

export class Canvas {
  constructor(template, title) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.querySelector('h2').textContent = title;
    this.text = this.element.querySelector('.text');
    this.strip = this.element.querySelector('.strip');
    this.slider = this.element.querySelector('input');
    this.output = this.element.querySelector('.at');
    this.facts = this.element.querySelector('.facts');
    this.states = [];
    this.slider.addEventListener('input', () => this.show(Number(this.slider.value) - 1));
  }

  add(state) {
    this.states.push(state);
    // Who has moved the slider back wants to look, not to be moved on.
    const following = this.states.length === 1 || Number(this.slider.value) === this.states.length - 1;
    this.slider.max = String(this.states.length);
    this.slider.disabled = false;
    if (following) {
      this.slider.value = String(this.states.length);
      this.show(this.states.length - 1);
    }
  }

  show(index) {
    const state = this.states[index];
    this.text.replaceChildren(...state.pieces.map(([text, confidence]) => {
      const span = document.createElement('span');
      span.textContent = text;
      span.className = confidence === null ? 'given' : band(confidence);
      span.title = confidence === null ? 'given' : percent(confidence);
      return span;
    }));
    this.strip.replaceChildren(...state.confidence.map((confidence, position) => {
      const cell = document.createElement('i');
      cell.className = band(confidence) + (position >= state.answer_tokens ? ' past' : '');
      return cell;
    }));
    this.output.textContent = `${state.step} of ${state.total}`;
    this.slider.setAttribute('aria-valuetext', `step ${state.step} of ${state.total}: ${state.text}`);
  }

  end(own, reason) {
    const facts = [
      `${own.steps} steps`,
      `seed ${own.seed}`,
      `mean confidence ${own.mean_confidence}`,
      `ended: ${own.ended === 'length' ? 'filled its length' : reason}`,
    ];
    if (own.reward !== undefined) {
      facts.push(`reward ${own.reward.toFixed(3)}`);
    }
    this.facts.textContent = facts.join(' · ');
  }

  fail(message) {
    this.facts.textContent = message;
  }
}
