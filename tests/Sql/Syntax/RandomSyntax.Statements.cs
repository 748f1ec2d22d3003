using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>Statements.</summary>
sealed partial class RandomSyntax
{
    public StatementSyntax Statement(int nodes = 80)
    {
        budget = nodes;
        return AnyStatement();
    }

    StatementSyntax AnyStatement() => random.Next(16) switch
    {
        0 or 1 => CreateTable(),
        2 or 3 => CreateView(),
        4 => new CreateFunctionSyntax(Name(), Many(0, 3, () => new FunctionParameterSyntax(Identifier(), Type())), Type(), AnyExpression()) { OrReplace = Chance(30), Temporary = Chance(30), IfNotExists = Chance(30) },
        5 or 6 => Insert(),
        7 => new StatementSetSyntax(Many<StatementSyntax>(1, 3, Insert)),
        8 => new DropSyntax((DropKind)random.Next(4), Name(), Chance(50), Chance(30)),
        9 => Chance(50) ? new ExplainSyntax(AnyStatement()) : new ExplainLineageSyntax(Name()),
        10 => Show(),
        11 => new DescribeSyntax(Name()),
        12 => new SubscribeSyntax(AnyQuery()),
        13 => new WhySyntax(Name(), AnyExpression()),
        14 => random.Next(4) switch { 0 => new SetSyntax(null, null), 1 => new ResetSyntax(null), 2 => new ResetSyntax(Text()), _ => new SetSyntax(Text(), Text()) },
        _ => new QueryStatementSyntax(AnyQuery()),
    };

    InsertSyntax Insert() => new(Name(), Many(0, 2, Identifier), AnyQuery());

    ShowSyntax Show()
    {
        var kind = (ShowKind)random.Next(8);
        return new ShowSyntax(kind, kind >= ShowKind.Columns ? Name() : null, kind <= ShowKind.Columns ? Maybe(Text) : null);
    }

    SyntaxList<OptionSyntax> Options() => Many(0, 2, () => new OptionSyntax(Text(), Text()));

    CreateTableSyntax CreateTable() => CreateAnyTable() is var table && table is { Columns.Count: 0, Options.Count: 0 }
        ? table with { Options = [new OptionSyntax("connector", "x")] }
        : table;

    CreateTableSyntax CreateAnyTable() => new(Name(), Many(0, 4, Column))
    {
        Temporary = Chance(30), IfNotExists = Chance(30), Comment = Maybe(Text), PartitionedBy = Many(0, 2, Identifier), Options = Options(),
        PrimaryKey = Maybe(() => new PrimaryKeySyntax(Maybe(Identifier), Many(1, 2, Identifier))),
        Watermark = Maybe(() => new WatermarkSyntax(Name(), AnyExpression())),
    };

    ColumnDefinitionSyntax Column()
    {
        ColumnDefinitionSyntax column = random.Next(4) switch
        {
            0 => new ComputedColumnSyntax(Identifier(), AnyExpression()),
            1 => new MetadataColumnSyntax(Identifier(), Type(), Maybe(Text), Chance(50)),
            _ => new PhysicalColumnSyntax(Identifier(), Type()),
        };
        return column with { Comment = Maybe(Text) };
    }

    CreateViewSyntax CreateView() => new(Name(), Many(0, 2, () => new ViewColumnSyntax(Identifier(), Maybe(Text))), AnyQuery())
    {
        OrReplace = Chance(30), Temporary = Chance(30), Materialized = Chance(50), IfNotExists = Chance(30), Comment = Maybe(Text), Options = Options(),
    };
}
