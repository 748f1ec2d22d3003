namespace Orrery.Retail.Pipelines;

/// <summary>What a statement of a pipeline makes.</summary>
public enum PipelineStatementKind
{
    /// <summary>A table over a topic.</summary>
    Source,

    /// <summary>A view that is only a name.</summary>
    View,

    /// <summary>A view whose rows are kept.</summary>
    MaterializedView,

    /// <summary>A table that is written to, or what writes to it.</summary>
    Sink,
}

/// <summary>A statement of a file of <c>pipelines</c>.</summary>
/// <param name="File">Its name.</param>
/// <param name="Name">Of the table or view; empty for an INSERT.</param>
/// <param name="Text">All of it, without the semicolon.</param>
/// <param name="Query">Of a view: what stands behind AS. It means the same to Orrery, PostgreSQL and MariaDB.</param>
public sealed record PipelineStatement(string File, PipelineStatementKind Kind, string Name, string Text, string Query);

/// <summary>A sink of the pipelines.</summary>
/// <param name="Name">Of its table.</param>
/// <param name="Table">The statement that makes it.</param>
/// <param name="Insert">The statement that writes into it for as long as it is there.</param>
public sealed record PipelineSink(string Name, string Table, string Insert);
