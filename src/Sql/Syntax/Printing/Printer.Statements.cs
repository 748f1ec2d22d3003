using System.Runtime.CompilerServices;

namespace Orrery.Sql.Syntax;

/// <summary>Statements.</summary>
sealed partial class Printer
{
    void WriteStatement(StatementSyntax statement)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (statement)
        {
            case QueryStatementSyntax query:
                WriteQuery(query.Query);
                break;
            case CreateTableSyntax table:
                WriteCreateTable(table);
                break;
            case CreateViewSyntax view:
                WriteCreateView(view);
                break;
            case CreateFunctionSyntax function:
                WriteCreateFunction(function);
                break;
            case InsertSyntax insert:
                WriteInsert(insert);
                break;
            case StatementSetSyntax set:
                text.Append("BEGIN STATEMENT SET;");
                foreach (StatementSyntax inner in set.Statements)
                {
                    Clause("");
                    WriteStatement(inner);
                    text.Append(';');
                }

                Clause("END");
                break;
            case DropSyntax drop:
                WriteDrop(drop);
                break;
            case ExplainSyntax explain:
                Write("EXPLAIN ", explain.Statement);
                break;
            case ExplainLineageSyntax lineage:
                Write("EXPLAIN LINEAGE ", lineage.Name);
                break;
            case ShowSyntax show:
                WriteShow(show);
                break;
            case DescribeSyntax describe:
                Write("DESCRIBE ", describe.Name);
                break;
            case SubscribeSyntax { Query: TableQuerySyntax { HasTail: false } view }:
                Write("SUBSCRIBE TO ", view.Name);
                break;
            case SubscribeSyntax subscribe:
                Write("SUBSCRIBE TO ", subscribe.Query);
                break;
            case WhySyntax why:
                Write("WHY ", why.View);
                Write(" WHERE ", why.Where);
                break;
            case SetSyntax { Key: { } key, Value: { } value }:
                text.Append($"SET {SqlPrinter.Text(key)} = {SqlPrinter.Text(value)}");
                break;
            case SetSyntax:
                text.Append("SET");
                break;
            case ResetSyntax reset:
                text.Append("RESET").Append(reset.Key is null ? "" : $" {SqlPrinter.Text(reset.Key)}");
                break;
            default:
                throw new ArgumentException($"{statement.GetType().Name} has no text.", nameof(statement));
        }
    }

    void WriteInsert(InsertSyntax insert)
    {
        Write("INSERT INTO ", insert.Table);
        if (insert.Columns.Count > 0)
        {
            text.Append(' ');
            WriteParenthesized(insert.Columns);
        }

        Clause("");
        WriteQuery(insert.Query);
    }

    void WriteDrop(DropSyntax drop)
    {
        text.Append("DROP ").Append(drop.Temporary ? "TEMPORARY " : "");
        text.Append(drop.Kind switch { DropKind.Table => "TABLE ", DropKind.View => "VIEW ", DropKind.MaterializedView => "MATERIALIZED VIEW ", _ => "FUNCTION " });
        text.Append(drop.IfExists ? "IF EXISTS " : "");
        Write(drop.Name);
    }

    void WriteShow(ShowSyntax show)
    {
        text.Append(show.Kind switch
        {
            ShowKind.Tables => "SHOW TABLES",
            ShowKind.Views => "SHOW VIEWS",
            ShowKind.MaterializedViews => "SHOW MATERIALIZED VIEWS",
            ShowKind.Functions => "SHOW FUNCTIONS",
            ShowKind.Columns => "SHOW COLUMNS FROM",
            ShowKind.CreateTable => "SHOW CREATE TABLE",
            ShowKind.CreateView => "SHOW CREATE VIEW",
            _ => "SHOW CREATE FUNCTION",
        });
        if (show.Name is not null)
            Write(" ", show.Name);
        if (show.Like is not null)
            text.Append($" LIKE {SqlPrinter.Text(show.Like)}");
    }
}
