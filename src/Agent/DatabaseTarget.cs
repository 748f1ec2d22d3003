namespace Orrery.Agent;

/// <summary>A database to watch.</summary>
/// <param name="Name">Shown in the portal.</param>
/// <param name="Engine"><c>mysql</c>, <c>mariadb</c>, <c>postgresql</c>, <c>sqlserver</c> or <c>sqlite</c>.</param>
/// <param name="ConnectionString">As its driver takes it. Never logged.</param>
public sealed record DatabaseTarget(string Name, string Engine, string ConnectionString)
{
    /// <summary>Reads <c>NAME=ENGINE:CONNECTIONSTRING</c>.</summary>
    /// <exception cref="FormatException">It has another form; the message does not repeat the connection string.</exception>
    public static DatabaseTarget Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        int colon = equals < 0 ? -1 : text.IndexOf(':', equals);
        if (equals <= 0 || colon <= equals + 1 || colon == text.Length - 1)
            throw new FormatException("A database to watch is given as NAME=ENGINE:CONNECTIONSTRING, with ENGINE one of mysql, mariadb, postgresql, sqlserver, sqlite.");
        return new DatabaseTarget(text[..equals], text[(equals + 1)..colon].ToLowerInvariant(), text[(colon + 1)..]);
    }

    /// <summary>Name and engine only: the connection string holds a password.</summary>
    public override string ToString() => $"{Name} ({Engine})";
}
