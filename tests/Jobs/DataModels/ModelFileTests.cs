using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.DataModels;
using Orrery.Jobs.Yaml;

namespace Orrery.Jobs.Tests.DataModels;

public sealed class ModelFileTests
{
    [Fact]
    public void The_shipped_model_is_read_with_types_keys_comments_and_rows()
    {
        DataModel model = Shop.Model();
        model.Name.ShouldBe("门店商城");
        model.Version.ShouldBe("2");
        ModelTable customers = model.Tables.Single(table => table.Name == "customers");
        customers.Was.ShouldBe("clients");
        customers.Schema.Definition.Comment.ShouldBe("客户");
        customers.Schema.Definition.Column("credit").Type.ShouldBe(new ColumnType(ColumnKind.Decimal, 18, 2));
        customers.Schema.Definition.Column("id").IsIdentity.ShouldBeTrue();
        model.Tables.Single(table => table.Name == "units").Seed!.Rows[1].ShouldBe(["KG", "千克"]);
        model.Tables.Single(table => table.Name == "order_lines").Schema.ForeignKeys[0].ParentColumns.ShouldBe(["id"]);
    }

    [Fact]
    public void A_model_that_is_written_is_read_back_the_same()
    {
        DataModel model = Shop.Model();
        string text = ModelText.Of(model);
        DataModel again = ModelFile.Parse("again.yaml", text);
        ModelText.Of(again).ShouldBe(text);
        foreach (IDialect dialect in DialectList.All)
            Statements(again, dialect).ShouldBe(Statements(model, dialect));
    }

    [Fact]
    public void Every_fault_is_told_with_file_line_column_and_what_was_expected()
    {
        var error = Should.Throw<FileFaultException>(() => ModelFile.Parse("bad.yaml", """
            model: bad
            tables:
              a:
                columns:
                  id: {type: integr}
                  n: {type: int, default: abc, commnt: x}
                key: [id, missing]
              b:
                columns:
                  a_id: text(5)
                foreign keys:
                  to_a: {columns: [a_id], table: c}
                checks:
                  c1: "a_id LIKE 'x%'"
                data:
                  - {a_id: x}
            """));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:5:18: column 'a.id': there is no type 'integr'; there are: boolean", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:6:31: column 'a.n': the default 'abc' is no value of int: an integer within its range was expected", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:6:36: column 'a.n' has no 'commnt'; it has: comment", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:7:10: table 'a': there is no column 'missing'; there are: id, n", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:12:7: foreign key 'to_a' of table 'b': the model has no table 'c'; it has: a, b", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:14:11: check 'c1' of table 'b'", StringComparison.Ordinal) && fault.Contains("say it for each engine", StringComparison.Ordinal));
        error.Faults.ShouldContain(fault => fault.StartsWith("bad.yaml:16:7: table 'b' has rows and no key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model: x\ntables:\n  a: [1", "this is no YAML")]
    [InlineData("- a\n- b", "is a mapping of names to values")]
    [InlineData("model: x", "lacks 'tables'")]
    public void What_is_no_model_is_told_with_its_place(string text, string expected) =>
        Should.Throw<FileFaultException>(() => ModelFile.Parse("f.yaml", text)).Message.ShouldContain(expected);

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Should.Throw<FileFaultException>(() => ModelFile.Parse("deep.yaml", "model: " + new string('[', 100_000))).Message.ShouldContain("deeper than 40 levels");

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    [InlineData("sqlserver")]
    [InlineData("oracle")]
    public void The_script_of_the_shipped_model_is_the_one_on_file(string engine)
    {
        DialectList.TryFind(engine, out IDialect? dialect).ShouldBeTrue();
        ModelSchema schema = ModelSchema.Of(Shop.Model(), dialect);
        Shop.Golden($"shop.{engine}.sql", ModelScript.Text(ModelScript.Build(schema), dialect, schema.HandWork.Select(work => $"{work.Kind} {work.Name}: {work.What}"), withDestructive: true));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    [InlineData("sqlserver")]
    [InlineData("oracle")]
    public void The_script_from_one_version_of_the_model_to_the_next_is_the_one_on_file(string engine)
    {
        DialectList.TryFind(engine, out IDialect? dialect).ShouldBeTrue();
        ModelSchema wanted = ModelSchema.Of(Shop.Model(), dialect), before = ModelSchema.Of(Shop.Before(), dialect);
        SchemaChanges changes = LiveComparison.Compare(wanted, before);
        Shop.Golden($"upgrade.{engine}.sql", ModelScript.Text(UpgradeScript.Of(wanted, changes), dialect, [], withDestructive: false));
        LiveComparison.Compare(wanted, wanted).AreNone.ShouldBeTrue();
    }

    [Fact]
    public void The_dictionary_names_tables_columns_meanings_and_references()
    {
        string page = DataDictionary.Markdown(Shop.Model());
        page.ShouldContain("| customers | 客户 | 7 |");
        page.ShouldContain("| customer | bigint |  | -> customers.id |  | 客户内码 |");
        string json = DataDictionary.Json(Shop.Model());
        json.ShouldContain("\"comment\": \"客户编码\"");
        json.ShouldContain("\"oracle\": \"NUMBER(");
    }

    static IEnumerable<string> Statements(DataModel model, IDialect dialect) => ModelScript.Build(ModelSchema.Of(model, dialect)).Select(step => step.Sql);
}
