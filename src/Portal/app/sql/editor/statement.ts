import { StateField, type EditorState } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import { statementAt, statementsOf } from '../statements';

/** Longer texts go without: the mark is a help, not worth a pause at every key. */
const charactersMax = 60_000;
const line = Decoration.line({ class: 'cm-statement' });

function mark(state: EditorState): DecorationSet {
  if (state.doc.length > charactersMax) return Decoration.none;
  const text = state.doc.toString();
  if (statementsOf(text).length < 2) return Decoration.none;
  const statement = statementAt(text, state.selection.main.head);
  if (statement === null) return Decoration.none;
  const marks = [];
  for (let number = state.doc.lineAt(statement.from).number; number <= state.doc.lineAt(statement.to).number; number++) marks.push(line.range(state.doc.line(number).from));
  return Decoration.set(marks);
}

/** A bar beside the statement that Ctrl-Enter would run. */
export const currentStatement = StateField.define<DecorationSet>({
  create: mark,
  update: (marks, transaction) => (transaction.docChanged || transaction.selection !== undefined ? mark(transaction.state) : marks),
  provide: (field) => EditorView.decorations.from(field),
});
