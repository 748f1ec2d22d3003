using Orrery.Grains.Sql.Schemas;

namespace Orrery.Grains.Tests.Sql;

/// <summary>What a catalog keeps of the one before it.</summary>
public sealed class SchemaCatalogTests
{
    [Fact]
    public void What_neither_changed_nor_reads_what_did_keeps_its_meaning_and_the_rest_is_bound_anew()
    {
        SqlDefinition[] definitions =
        [
            Made(1, "t", DefinitionKind.Table, "CREATE TABLE t (a INT)"), Made(2, "u", DefinitionKind.Table, "CREATE TABLE u (a INT)"),
            Made(3, "v", DefinitionKind.MaterializedView, "CREATE MATERIALIZED VIEW v AS SELECT a FROM t"), Made(4, "w", DefinitionKind.MaterializedView, "CREATE MATERIALIZED VIEW w AS SELECT a + 1 AS b FROM v"),
            Made(5, "x", DefinitionKind.MaterializedView, "CREATE MATERIALIZED VIEW x AS SELECT a FROM u"),
        ];
        var first = new SchemaCatalog(definitions);
        foreach (SqlDefinition definition in definitions)
            first.Bind(definition);
        SqlDefinition other = Made(6, "v", DefinitionKind.MaterializedView, "CREATE MATERIALIZED VIEW v AS SELECT CAST(a AS BIGINT) AS a FROM t");
        SqlDefinition[] changed = [.. definitions.Select(definition => definition.Name == "v" ? other : definition)];
        var second = SchemaCatalog.After(first, changed);
        second.Bind(definitions[4]).ShouldBeSameAs(first.Bind(definitions[4]));
        second.Bind(definitions[0]).ShouldBeSameAs(first.Bind(definitions[0]));
        second.Bind(other).Relation!.Schema[0].Type.ToString().ShouldStartWith("BIGINT");
        second.Bind(definitions[3]).Relation!.Schema[0].Type.ToString().ShouldStartWith("BIGINT");
        // A function may mean another thing in any text; and what is gone is found no more.
        SchemaCatalog.After(second, [.. changed, Made(7, "f", DefinitionKind.Function, "CREATE FUNCTION f(INT) RETURNS INT AS $1 + 1")]).Bind(definitions[4]).ShouldNotBeSameAs(second.Bind(definitions[4]));
        SchemaCatalog.After(second, changed.Where(static definition => definition.Name != "u")).TryBind(definitions[4]).ShouldBeNull();
    }

    static SqlDefinition Made(long version, string name, DefinitionKind kind, string text) => new(name, kind, text, DateTimeOffset.UnixEpoch, "ann", version);
}
