namespace Orrery.Sql.Syntax;

/// <summary>CREATE.</summary>
sealed partial class Printer
{
    void WriteCreateTable(CreateTableSyntax table)
    {
        text.Append(table.Temporary ? "CREATE TEMPORARY TABLE " : "CREATE TABLE ").Append(table.IfNotExists ? "IF NOT EXISTS " : "");
        Write(table.Name);
        SyntaxNode?[] keys = [table.Watermark, table.PrimaryKey];
        SyntaxNode[] elements = [.. table.Columns, .. keys.OfType<SyntaxNode>()];
        if (elements.Length > 0)
        {
            text.Append(' ');
            WriteBlock(SyntaxList.Create<SyntaxNode>(elements));
        }

        WriteComment(table.Comment);
        if (table.PartitionedBy.Count > 0)
        {
            Clause("PARTITIONED BY ");
            WriteParenthesized(table.PartitionedBy);
        }

        WriteOptions(table.Options);
    }

    void WriteColumnDefinition(ColumnDefinitionSyntax column)
    {
        Write(column.Name);
        switch (column)
        {
            case PhysicalColumnSyntax physical:
                Write(" ", physical.Type);
                break;
            case ComputedColumnSyntax computed:
                Write(" AS ", computed.Expression);
                break;
            case MetadataColumnSyntax metadata:
                Write(" ", metadata.Type);
                text.Append(" METADATA").Append(metadata.Key is null ? "" : $" FROM {SqlPrinter.Text(metadata.Key)}").Append(metadata.Virtual ? " VIRTUAL" : "");
                break;
        }

        WriteComment(column.Comment);
    }

    void WritePrimaryKey(PrimaryKeySyntax key)
    {
        if (key.Constraint is not null)
        {
            Write("CONSTRAINT ", key.Constraint);
            text.Append(' ');
        }

        text.Append("PRIMARY KEY ");
        WriteParenthesized(key.Columns);
        text.Append(" NOT ENFORCED");
    }

    void WriteWatermark(WatermarkSyntax watermark)
    {
        Write("WATERMARK FOR ", watermark.Column);
        Write(" AS ", watermark.Expression);
    }

    void WriteCreateView(CreateViewSyntax view)
    {
        text.Append("CREATE ").Append(view.OrReplace ? "OR REPLACE " : "").Append(view.Temporary ? "TEMPORARY " : "")
            .Append(view.Materialized ? "MATERIALIZED VIEW " : "VIEW ").Append(view.IfNotExists ? "IF NOT EXISTS " : "");
        Write(view.Name);
        if (view.Columns.Count > 0)
        {
            text.Append(' ');
            WriteParenthesized(view.Columns);
        }

        WriteComment(view.Comment);
        WriteOptions(view.Options);
        text.Append(" AS");
        Clause("");
        WriteQuery(view.Query);
    }

    void WriteViewColumn(ViewColumnSyntax column)
    {
        Write(column.Name);
        WriteComment(column.Comment);
    }

    void WriteCreateFunction(CreateFunctionSyntax function)
    {
        text.Append("CREATE ").Append(function.OrReplace ? "OR REPLACE " : "").Append(function.Temporary ? "TEMPORARY " : "")
            .Append("FUNCTION ").Append(function.IfNotExists ? "IF NOT EXISTS " : "");
        Write(function.Name);
        WriteParenthesized(function.Parameters);
        Write(" RETURNS ", function.Returns);
        text.Append(" AS ");
        Write(function.Body, parentheses: function.Body is StringLiteralSyntax);
    }
}
