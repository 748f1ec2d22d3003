import { SQLDialect } from '@codemirror/lang-sql';

/** Only colours depend on these lists: what is right, the server says. */
export const dialect = SQLDialect.define({
  keywords:
    'add all and any array as asc at begin between by case cast catalog collect column columns constraint create cross cube current databases delete desc describe distinct drop else emit end enforced except execute exists explain extract false fetch filter first following for from full function functions grouping having hop if in inner insert intersect interval into is join key last lateral left like limit lineage materialized natural next not null nulls of offset on only or order outer over overwrite partition preceding primary range recursive replace reset returns right rollup row rows select semi anti session set sets show similar statement subscribe system_time table tables temporary then ties to top true try_cast tumble unbounded union unique unknown update using values view views watermark when where why window with within without',
  types: 'array bigint binary boolean bytes char date decimal double float int integer interval map multiset numeric real smallint string time timestamp timestamp_ltz tinyint varbinary varchar precision zone year month day hour minute second',
  builtin: 'avg count max min sum stddev string_agg array_agg row_number rank dense_rank lag lead coalesce nullif now proctime current_timestamp current_date',
  doubleQuotedStrings: false,
  doubleDollarQuotedStrings: false,
  backslashEscapes: false,
  hashComments: false,
  slashComments: false,
  spaceAfterDashes: false,
  identifierQuotes: '`"',
  caseInsensitiveIdentifiers: false,
});
