using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Plans;

/// <summary>
/// Where a database is, as people write it: <c>postgresql://USER:PASSWORD@HOST:PORT/DATABASE</c>, <c>mysql://</c>, <c>mariadb://</c>, <c>sqlserver://</c>, <c>sqlite:FILE</c>; settings of the driver behind
/// a question mark (<c>?SslMode=Required</c>), or the driver's whole connection string behind the engine's name (<c>mysql:Server=...;Database=...</c>).
/// </summary>
public sealed class DatabaseAddress
{
    /// <summary>For help and errors.</summary>
    public const string Forms = "sqlite:FILE, postgresql://USER:PASSWORD@HOST:PORT/DATABASE, mysql://..., sqlserver://... or ENGINE:CONNECTION-STRING";

    const string AddressKey = "orrery.database";

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    DatabaseAddress(IDialect dialect, string connectionString, string shown, Func<IDatabase>? opener = null) => (Dialect, ConnectionString, shownText, this.opener) = (dialect, connectionString, shown, opener);

    readonly string shownText;
    readonly Func<IDatabase>? opener;

    public IDialect Dialect { get; }

    /// <summary>Holds a password: never shown.</summary>
    public string ConnectionString { get; }

    /// <exception cref="FormatException">It cannot be read; the message does not repeat it.</exception>
    public static DatabaseAddress Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) throw new FormatException($"A database is written as {Forms}.");
        string engine = text[..colon], rest = text[(colon + 1)..];
        if (!DialectList.TryFind(engine, out IDialect? dialect) || !dialect.CanOpen)
            throw new FormatException($"There is no engine '{engine}' that can be opened here: a database is written as {Forms}.");
        if (engine.Equals("sqlite", StringComparison.OrdinalIgnoreCase)) return Sqlite(dialect, rest);
        if (rest.StartsWith("//", StringComparison.Ordinal)) return Server(dialect, text);
        var given = new DbConnectionStringBuilder();
        try
        {
            given.ConnectionString = rest;
        }
        catch (ArgumentException)
        {
            throw new FormatException($"What stands behind '{engine}:' is no list of name=value pairs separated by semicolons: a database is written as {Forms}.");
        }

        return new DatabaseAddress(dialect, rest, $"{dialect.Engines[0]}://{First(given, "user", "user id", "uid", "username")}@{First(given, "server", "host", "data source")}:{First(given, "port")}/{First(given, "database", "initial catalog")}");
    }

    /// <summary>Of SQLite: the file; null for servers.</summary>
    public string? FilePath => Dialect.Engines[0] == "sqlite" ? shownText["sqlite:".Length..] : null;

    /// <summary>An open connection of its own.</summary>
    /// <exception cref="DbException">The server cannot be reached or refuses.</exception>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public IDatabase Open()
    {
        if (opener is not null) return opener();
        try
        {
            return Dialect.Open(ConnectionString, ConnectTimeout);
        }
        catch (DbException problem)
        {
            // Drivers do not say which of two databases they speak of.
            problem.Data[AddressKey] = shownText;
            throw;
        }
    }

    /// <summary>The same database, opened otherwise.</summary>
    internal DatabaseAddress Through(Func<IDatabase> open) => new(Dialect, "", shownText, open);

    /// <summary>The same database, opened so that statements on it read no files of this machine but those of a job's bounds.</summary>
    /// <exception cref="UnauthorizedAccessException">It is a file outside of them.</exception>
    public IDatabase OpenConfined(FileBounds files)
    {
        if (FilePath is { } file) files.Check(file);
        // A statement can ask the driver for a file of this machine (LOAD DATA LOCAL).
        string confined = files.AreSet && Dialect.Engines[0] == "mysql" ? new DbConnectionStringBuilder { ConnectionString = ConnectionString, ["AllowLoadLocalInfile"] = false }.ConnectionString : ConnectionString;
        return files.Confine(new DatabaseAddress(Dialect, confined, shownText).Open());
    }

    /// <summary>The database that could not be opened, without its password; null where the error came later or from elsewhere.</summary>
    public static string? UnopenedIn(Exception problem) => problem.Data[AddressKey] as string;

    /// <summary>Without the password.</summary>
    public override string ToString() => shownText;

    static DatabaseAddress Sqlite(IDialect dialect, string rest)
    {
        string path = rest.StartsWith("///", StringComparison.Ordinal) ? rest[2..] : rest;
        if (path.Length == 0) throw new FormatException("The file's path is missing: sqlite:FILE.");
        if (path.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase)) return new DatabaseAddress(dialect, path, $"sqlite:{path["Data Source=".Length..].Split(';')[0]}");
        path = Path.GetFullPath(path);
        return new DatabaseAddress(dialect, new DbConnectionStringBuilder { ["Data Source"] = path }.ConnectionString, $"sqlite:{path}");
    }

    static DatabaseAddress Server(IDialect dialect, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0) throw new FormatException($"The address cannot be read: a database is written as {Forms}. What is special in a password stands as %40 and so on.");
        string database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        if (database.Length == 0) throw new FormatException($"The address names no database behind the host: it is written as {Forms}.");
        string[] user = uri.UserInfo.Split(':', 2);
        string name = dialect.Engines[0];
        (string server, string userName) = name switch { "postgresql" => ("Host", "Username"), "mysql" => ("Server", "User ID"), _ => ("Data Source", "User ID") };
        var builder = new DbConnectionStringBuilder { [server] = uri.Host, ["Database"] = database };
        if (!uri.IsDefaultPort)
        {
            if (name == "sqlserver") builder[server] = string.Create(CultureInfo.InvariantCulture, $"{uri.Host},{uri.Port}");
            else builder["Port"] = uri.Port.ToString(CultureInfo.InvariantCulture);
        }

        if (user[0].Length > 0) builder[userName] = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder["Password"] = Uri.UnescapeDataString(user[1]);
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            builder[Uri.UnescapeDataString(parts[0])] = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "true";
        }

        string at = user[0].Length > 0 ? $"{user[0]}@" : "", port = uri.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{uri.Port}");
        return new DatabaseAddress(dialect, builder.ConnectionString, $"{name}://{at}{uri.Host}{port}/{database}");
    }

    static string First(DbConnectionStringBuilder builder, params string[] names)
    {
        foreach (string name in names)
            if (builder.TryGetValue(name, out object? value))
                return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return "";
    }
}
