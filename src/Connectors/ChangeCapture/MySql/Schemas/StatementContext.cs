namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>What a statement means depends on.</summary>
/// <param name="Database">Where names without a database belong.</param>
/// <param name="IsMariaDb">Whether MariaDB ran it.</param>
/// <param name="Charset">What tables of databases get whose own is not known.</param>
internal sealed record StatementContext(string Database, bool IsMariaDb, string Charset)
{
    /// <summary>Double quotes enclose names.</summary>
    public bool QuotesNames { get; init; }

    /// <summary>A backslash in a text is one.</summary>
    public bool KeepsBackslashes { get; init; }

    /// <summary>A timestamp that says neither may be null.</summary>
    public bool TimestampsMayBeNull { get; init; }
}
