using System.Globalization;
using System.Text;
using Orrery.Interfaces.Tags;
using Orrery.Sql.Binding;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Tags;

/// <summary>
/// Tags as SQL. Each is a view, which is a name for a query and costs nothing. What the index hears comes from inserts into its topic:
/// <code>
/// conditions made of comparisons, over the same facts   up to 61 of them are the bits of one number: one pass over a row that changes, and one record of what holds
/// any other rule (clock, joins, values, lists)           an insert of its own
/// </code>
/// </summary>
static class TagSql
{
    public const string Nobody = "1 = 0";

    /// <summary>Whether a condition can be a bit among others: it is cheap, cannot fail, and does not read the clock or other tables.</summary>
    public static bool IsPlain(TagDraft draft) => draft is { Kind: TagKind.Boolean, Rule: { IsList: false, Query: null, Value: null } rule } && (rule.Condition is null || IsPlain(SqlParser.ParseExpression(rule.Condition)));

    static bool IsPlain(ExpressionSyntax node) => node switch
    {
        ColumnSyntax or StringLiteralSyntax or NumberLiteralSyntax or BooleanLiteralSyntax or NullLiteralSyntax or TimeLiteralSyntax => true,
        UnarySyntax unary => IsPlain(unary.Operand),
        BinarySyntax { Operator: >= BinaryOperator.Equal } compared => IsPlain(compared.Left) && IsPlain(compared.Right),
        LogicalSyntax logical => logical.Operands.All(IsPlain),
        IsSyntax { Test: IsTest.Null or IsTest.True or IsTest.False or IsTest.Unknown } test => IsPlain(test.Operand),
        BetweenSyntax between => IsPlain(between.Operand) && IsPlain(between.Low) && IsPlain(between.High),
        InListSyntax list => IsPlain(list.Operand) && list.Items.All(IsPlain),
        LikeSyntax { Similar: false, Escape: null } like => IsPlain(like.Operand) && IsPlain(like.Pattern),
        _ => false,
    };

    /// <summary>The query of a tag's view: the objects, and their values where it has some.</summary>
    public static string Query(string type, StoredType of, string tag, TagDraft draft, bool isValid)
    {
        TagRule rule = draft.Rule;
        bool hasValue = draft.Kind != TagKind.Boolean;
        string valid = isValid ? "" : $" AND {Nobody}";
        if (rule.IsList)
        {
            string value = draft.Kind switch
            {
                TagKind.Numeric => "TRY_CAST(`value` AS DOUBLE)",
                TagKind.Dated => "TRY_CAST(`value` AS TIMESTAMP(3))",
                _ => "`value`",
            };
            string listed = $"FROM {TagKeys.Lists(type)} WHERE tag = {SqlPrinter.Text(tag)} AND is_member = TRUE{valid}";
            return hasValue ? $"SELECT {Cast("object", of)} AS object, {value} AS `value` {listed} AND {value} IS NOT NULL" : $"SELECT {Cast("object", of)} AS object {listed}";
        }

        if (rule.Query is { } query)
        {
            string inner = SqlPrinter.Print(SqlParser.ParseQuery(query));
            return hasValue
                ? $"SELECT {Cast("q.object", of)} AS object, MAX(q.`value`) AS `value` FROM ({inner}) AS q (object, `value`) WHERE q.object IS NOT NULL AND q.`value` IS NOT NULL{valid} GROUP BY {Cast("q.object", of)}"
                : $"SELECT DISTINCT {Cast("q.object", of)} AS object FROM ({inner}) AS q (object) WHERE q.object IS NOT NULL{valid}";
        }

        TagFacts facts = FactsOf(of, rule);
        string key = SqlPrinter.Name(facts.Key), from = $"FROM {SqlPrinter.Name(facts.Relation)}", condition = Condition(rule);
        return hasValue
            ? $"SELECT {key} AS object, {Value(rule)} AS `value` {from} WHERE ({condition}) AND ({Value(rule)}) IS NOT NULL{valid}"
            : $"SELECT {key} AS object {from} WHERE ({condition}){valid}";
    }

    /// <summary>All that a type needs in the tenant's SQL schema, what is read before what reads it.</summary>
    public static List<MadeRelation> Relations(string tenant, string type, StoredType of, DateTimeOffset now)
    {
        var relations = new List<MadeRelation>();
        string topic = SqlPrinter.Text(TagKeys.Changes(tenant, type));
        if (of.HasLists)
            relations.Add(Table(TagKeys.Lists(type), "tag STRING, object STRING, `value` STRING, is_member BOOLEAN, PRIMARY KEY (tag, object) NOT ENFORCED", ""));
        foreach ((string id, StoredTag tag) in InOrder(type, of))
            relations.Add(View(TagKeys.View(type, id), Query(type, of, id, tag.Draft, IsValid(tag.Draft, now))));
        for (int part = 0; part < of.Sets.Count; part++)
        {
            relations.Add(View(TagKeys.SetView(type, part), Set(of, part, now)));
            relations.Add(Sink(TagKeys.SetSink(type, part), $"source STRING, object {of.KeyType}, bits BIGINT", topic, $"SELECT 's{part}', object, bits FROM {TagKeys.SetView(type, part)}"));
        }

        foreach ((string id, StoredTag tag) in of.Tags.Where(static tag => tag.Value.Part < 0).OrderBy(static tag => tag.Value.Number))
        {
            string value = tag.Draft.Kind == TagKind.Boolean ? "''" : "CAST(`value` AS STRING)";
            relations.Add(Sink(TagKeys.Sink(type, tag.Number), $"source STRING, object {of.KeyType}, `value` STRING", topic, $"SELECT 't{tag.Number}', object, {value} FROM {TagKeys.View(type, id)}"));
        }

        return relations;
    }

    /// <summary>Tables and views that a tag's rule names.</summary>
    public static IReadOnlyCollection<string> Reads(string type, StoredType of, string tag, TagDraft draft) => SyntaxNames.Of(SqlParser.ParseQuery(Query(type, of, tag, draft, isValid: true)));

    public static TagFacts FactsOf(StoredType of, TagRule rule) => rule.Relation is null
        ? of.Facts[0]
        : of.Facts.FirstOrDefault(facts => facts.Relation.Equals(rule.Relation, StringComparison.OrdinalIgnoreCase)) ?? of.Facts[0];

    public static bool IsValid(TagDraft draft, DateTimeOffset now) => !(draft.ValidFrom > now) && !(draft.ValidUntil <= now);

    public static string Condition(TagRule rule) => rule.Condition is { } condition ? SqlPrinter.Print(SqlParser.ParseExpression(condition)) : "1 = 1";

    public static string Value(TagRule rule) => SqlPrinter.Print(SqlParser.ParseExpression(rule.Value!));

    /// <summary>One number for each row: bit 0 of the first set says that the object is there, the others what holds.</summary>
    static string Set(StoredType of, int part, DateTimeOffset now)
    {
        StoredSet set = of.Sets[part];
        var bits = new StringBuilder(part == 0 ? "CAST(1 AS BIGINT)" : "CAST(0 AS BIGINT)");
        foreach (StoredTag tag in of.Tags.Values.Where(tag => tag.Part == part && IsValid(tag.Draft, now)).OrderBy(static tag => tag.Bit))
            bits.Append(CultureInfo.InvariantCulture, $" + CASE WHEN {Condition(tag.Draft.Rule)} THEN CAST({1L << tag.Bit} AS BIGINT) ELSE CAST(0 AS BIGINT) END");
        TagFacts facts = of.Facts.First(facts => facts.Relation == set.Relation);
        return $"SELECT {SqlPrinter.Name(facts.Key)} AS object, {bits} AS bits FROM {SqlPrinter.Name(facts.Relation)}";
    }

    /// <summary>Tags before those that read their views. Cycles were refused.</summary>
    static IEnumerable<KeyValuePair<string, StoredTag>> InOrder(string type, StoredType of)
    {
        var byView = of.Tags.ToDictionary(tag => TagKeys.View(type, tag.Key), static tag => tag, StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var ordered = new List<KeyValuePair<string, StoredTag>>();
        foreach (string view in byView.Keys.Order(StringComparer.Ordinal))
            Visit(view);
        return ordered;

        void Visit(string view)
        {
            if (!byView.TryGetValue(view, out KeyValuePair<string, StoredTag> tag) || !seen.Add(view))
                return;
            foreach (string read in Reads(type, of, tag.Key, tag.Value.Draft))
                Visit(read);
            ordered.Add(tag);
        }
    }

    static string Cast(string column, StoredType of) => of.KeyType == "STRING" ? $"CAST({column} AS STRING)" : $"TRY_CAST({column} AS {of.KeyType})";

    static MadeRelation Table(string name, string columns, string options) => new(name, "TABLE", $"CREATE TABLE IF NOT EXISTS {name} ({columns}){options}");

    static MadeRelation View(string name, string query) => new(name, "VIEW", $"CREATE OR REPLACE VIEW {name} AS {query}");

    static MadeRelation Sink(string name, string columns, string topic, string query) => new(
        name, "TABLE", $"CREATE TABLE IF NOT EXISTS {name} ({columns}, PRIMARY KEY (source, object) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = {topic}, 'format' = 'json', 'on-error' = 'dead-letter'); INSERT INTO {name} {query}");
}
