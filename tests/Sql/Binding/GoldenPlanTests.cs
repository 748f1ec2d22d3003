using System.Runtime.CompilerServices;
using Orrery.Sql.Binding;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Shouldly;
using Xunit;

namespace Orrery.Sql.Tests.Binding;

/// <summary>
/// Files of statements, each followed by what is expected of it: the text of EXPLAIN, or <c>error:</c> and the message. Statements that create something have no expectation.
/// With ORRERY_GOLDEN=write in the environment the files are written anew, to be reviewed as a diff.
/// </summary>
public sealed class GoldenPlanTests
{
    private const string Separator = "\n----\n";

    public static TheoryData<string> Files() => [.. Directory.GetFiles(Folder(), "*.sql").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_statement_has_the_plan_or_the_error_that_was_reviewed(string file)
    {
        string path = Path.Combine(Folder(), file);
        string[] parts = File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n').Split("\n====\n");
        var catalog = new TestCatalog(parts[0]);
        var written = new List<string> { parts[0] };
        foreach (string part in parts.Skip(1))
        {
            string statement = (part + "\n").Split(Separator)[0].Trim('\n');
            written.Add(statement + Separator + Outcome(catalog, statement));
        }

        string now = string.Join("\n====\n", written) + "\n";
        if (Environment.GetEnvironmentVariable("ORRERY_GOLDEN") == "write") File.WriteAllText(path, now);
        now.ShouldBe(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Outcome(TestCatalog catalog, string statement)
    {
        try
        {
            switch (catalog.Bind(statement))
            {
                case BoundSelect select:
                    return PlanPrinter.Explain(select.Plan);
                case BoundExplain explain:
                    return PlanPrinter.Explain(explain.Plan);
                case BoundSubscribe subscribe:
                    return PlanPrinter.Explain(subscribe.Plan);
                case BoundInsert insert:
                    return $"into {insert.Target.Name}\n" + PlanPrinter.Explain(insert.Plan);
                case BoundCreateView view:
                    catalog.Run(statement);
                    string key = view.Relation.PrimaryKey.Count == 0 ? "no key" : "key " + string.Join(", ", view.Relation.PrimaryKey.Select(place => view.Relation.Schema[place].Name));
                    return $"{key}{(view.Relation.IsAppendOnly ? ", append only" : "")}\n" + PlanPrinter.Explain(view.Plan);
                case BoundExplainLineage lineage:
                    return string.Join('\n', lineage.Columns.Select(column => $"{column.Column}: {string.Join(", ", column.Sources)}"));
                case BoundWhy why:
                    return PlanPrinter.Explain(why.Result) + string.Concat(why.Sources.Select(source => $"\nfrom {source.Table.Name}\n{PlanPrinter.Explain(source.Plan)}"));
                case BoundCreateTable or BoundCreateFunction:
                    catalog.Run(statement);
                    return "done";
                case var other:
                    return other.ToString() ?? "";
            }
        }
        catch (SqlBindingException fault)
        {
            return "error: " + fault.Message;
        }
        catch (SqlSyntaxException fault)
        {
            return "syntax: " + fault.Message;
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Golden");
}
