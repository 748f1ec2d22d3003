using System.Data.Common;
using System.Globalization;

namespace Orrery.Storage.Hosting;

public enum StorageKind
{
    Sqlite,
    PostgreSql,
    MySql,
    SqlServer,
    Redis,
}

/// <summary>
/// Which store keeps the data, from one text: <c>sqlite:PATH</c>, <c>postgres://user:password@host:5432/database</c>, <c>mysql://…</c>, <c>sqlserver://…</c>,
/// <c>redis://host:6379/0?prefix=orrery</c>; or an engine's name, a colon, and the driver's own list of pairs: <c>postgres:Host=db;Username=orrery</c>.
/// What follows a <c>?</c> in a URL is handed to the driver (<c>sslmode=require&amp;maximum…</c>), except for what is named here. Written out it shows no password.
/// </summary>
public sealed class StorageConnection
{
    const string Forms = "Write sqlite:PATH, postgres://user:password@host:5432/database, mysql://user:password@host:3306/database, sqlserver://user:password@host:1433/database, "
        + "redis://:password@host:6379/0?prefix=orrery, or the engine's name, a colon and the driver's name=value pairs.";

    static readonly Dictionary<string, StorageKind> Engines = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sqlite"] = StorageKind.Sqlite,
        ["postgres"] = StorageKind.PostgreSql,
        ["postgresql"] = StorageKind.PostgreSql,
        ["mysql"] = StorageKind.MySql,
        ["mariadb"] = StorageKind.MySql,
        ["sqlserver"] = StorageKind.SqlServer,
        ["mssql"] = StorageKind.SqlServer,
        ["redis"] = StorageKind.Redis,
        ["rediss"] = StorageKind.Redis,
    };

    readonly string display;

    StorageConnection(StorageKind kind, string text, string display)
    {
        Kind = kind;
        Text = text;
        this.display = display;
    }

    public StorageKind Kind { get; }

    /// <summary>For SQLite: the database file.</summary>
    public string FilePath { get; private init; } = "";

    /// <summary>For SQLite (<c>?shared=true</c>): whether the processes of this machine form a cluster over this file; the cluster's rows are then in <c>cluster.db</c> beside it.</summary>
    public bool IsShared { get; private init; }

    /// <summary>For Redis (<c>?prefix=</c>): what all keys begin with. Default: <c>orrery</c>.</summary>
    public string Prefix { get; private init; } = "orrery";

    /// <summary>The driver's own connection string. Holds the password: never printed.</summary>
    public string Text { get; }

    /// <exception cref="FormatException">It cannot be read. The message does not repeat what may hold a password.</exception>
    public static StorageConnection Parse(string text)
    {
        text = text.Trim();
        var colon = text.IndexOf(':');
        if (colon <= 0) throw new FormatException($"The storage connection names no engine. {Forms}");
        var scheme = text[..colon];
        if (!Engines.TryGetValue(scheme, out var kind)) throw new FormatException($"The storage connection begins with '{(scheme.Length <= 20 && scheme.All(char.IsLetterOrDigit) ? scheme : "…")}', which is no known engine. {Forms}");
        if (kind == StorageKind.Sqlite) return ParseSqlite(text[(colon + 1)..]);
        return text.AsSpan(colon + 1).StartsWith("//") ? ParseUrl(kind, scheme, text) : ParsePairs(kind, text[(colon + 1)..]);
    }

    /// <summary>The engine and the place; no user's secrets.</summary>
    public override string ToString() => display;

    static StorageConnection ParseSqlite(string rest)
    {
        var question = rest.IndexOf('?');
        var path = question < 0 ? rest : rest[..question];
        if (path.StartsWith("//", StringComparison.Ordinal)) path = path[2..];
        if (path.Length == 0) throw new FormatException("The storage connection 'sqlite:' names no file: write sqlite:PATH, for instance sqlite:data/orrery.db.");
        var options = question < 0 ? [] : ParseQuery(rest[(question + 1)..]);
        var isShared = options.Remove("shared", out var shared) && ParseFlag("shared", shared);
        if (options.Count > 0) throw new FormatException($"The storage connection for SQLite knows no '{options.Keys.First()}': only shared=true.");
        return new(StorageKind.Sqlite, "", $"sqlite:{path}{(isShared ? "?shared=true" : "")}") { FilePath = Path.GetFullPath(path), IsShared = isShared };
    }

    static StorageConnection ParseUrl(StorageKind kind, string scheme, string text)
    {
        // Uri accepts no @, : or / inside of a password as they are: said so instead of read wrongly.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw new FormatException($"The storage connection is no URL that can be read. Characters such as @ : / ? # % in a user or password are written as %40 %3A %2F %3F %23 %25. {Forms}");
        var parts = url.UserInfo.Split(':', 2);
        var user = Uri.UnescapeDataString(parts[0]);
        var password = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        var database = Uri.UnescapeDataString(url.AbsolutePath.Trim('/'));
        var options = ParseQuery(url.Query.TrimStart('?'));
        var port = url.IsDefaultPort || url.Port < 0 ? "" : $":{url.Port.ToString(CultureInfo.InvariantCulture)}";
        var display = $"{scheme.ToLowerInvariant()}://{url.Host}{port}/{database}";
        if (kind == StorageKind.Redis) return ParseRedis(scheme, url, user, password, database, options, display);
        if (database.Length == 0) throw new FormatException($"The storage connection {display} names no database: write it after the host, as {scheme}://host/orrery.");
        var host = url.IdnHost.Trim('[', ']');
        var pairs = new DbConnectionStringBuilder();
        switch (kind)
        {
            case StorageKind.PostgreSql:
                pairs["Host"] = host;
                if (port.Length > 0) pairs["Port"] = url.Port;
                pairs["Username"] = user.Length > 0 ? user : "postgres";
                break;
            case StorageKind.MySql:
                pairs["Server"] = host;
                if (port.Length > 0) pairs["Port"] = url.Port;
                pairs["User ID"] = user.Length > 0 ? user : "root";
                // Nobody listens in between, and self-signed certificates are refused by some versions.
                if (url.IsLoopback) pairs["SslMode"] = "Disabled";
                break;
            default:
                pairs["Data Source"] = port.Length > 0 ? $"{host},{url.Port.ToString(CultureInfo.InvariantCulture)}" : host;
                if (user.Length > 0) pairs["User ID"] = user;
                else pairs["Integrated Security"] = true;
                break;
        }

        if (password.Length > 0) pairs["Password"] = password;
        pairs[kind == StorageKind.SqlServer ? "Initial Catalog" : "Database"] = database;
        foreach (var (name, value) in options) pairs[name] = value;
        return Checked(kind, pairs.ConnectionString, display);
    }

    static StorageConnection ParseRedis(string scheme, Uri url, string user, string password, string database, Dictionary<string, string> options, string display)
    {
        var number = 0;
        if (database.Length > 0 && !int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            throw new FormatException($"The storage connection {display} names database '{database}': Redis numbers its databases; write a number from 0 on.");
        if (user.Length > 0) throw new FormatException($"The storage connection {display} names a user: the Redis driver signs in by password only; write redis://:password@host.");
        var prefix = options.Remove("prefix", out var given) ? given : "orrery";
        if (prefix.Length is 0 or > 100 || !prefix.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':'))
            throw new FormatException($"The storage connection {display} has a prefix that cannot be used: 1 to 100 letters, digits, '-', '_', '.' and ':'.");
        if (options.Count > 0) throw new FormatException($"The storage connection {display} knows no '{options.Keys.First()}': only prefix.");
        if (password.Contains(',')) throw new FormatException($"The storage connection {display} has a password with a comma, which the Redis driver cannot read.");
        var text = $"{url.IdnHost}:{(url.Port > 0 ? url.Port : 6379).ToString(CultureInfo.InvariantCulture)},defaultDatabase={number.ToString(CultureInfo.InvariantCulture)}"
            + (password.Length > 0 ? $",password={password}" : "") + (scheme.Equals("rediss", StringComparison.OrdinalIgnoreCase) ? ",ssl=true" : "");
        return new(StorageKind.Redis, text, $"{display}?prefix={prefix}") { Prefix = prefix };
    }

    static StorageConnection ParsePairs(StorageKind kind, string text)
    {
        if (kind == StorageKind.Redis) throw new FormatException($"The storage connection for Redis is written as a URL: redis://host:6379/0?prefix=orrery.");
        return Checked(kind, text, kind.ToString().ToLowerInvariant());
    }

    /// <summary>Reads it once with the driver, so that a mistake is told at start and without its values.</summary>
    static StorageConnection Checked(StorageKind kind, string text, string display)
    {
        try
        {
            return new(kind, text, $"{kind.ToString().ToLowerInvariant()} {StorageDialects.Of(kind).Describe(text)}");
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException or InvalidCastException)
        {
            throw new FormatException($"The storage connection {display} cannot be read by the driver ({error.GetType().Name}): one of its names is unknown, or a value has the wrong form. {Forms}");
        }
    }

    static Dictionary<string, string> ParseQuery(string query)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length < 2) throw new FormatException($"The storage connection has '{Uri.UnescapeDataString(parts[0])}' after '?' without a value: write name=value.");
            options[Uri.UnescapeDataString(parts[0])] = Uri.UnescapeDataString(parts[1]);
        }

        return options;
    }

    static bool ParseFlag(string name, string value) =>
        bool.TryParse(value, out var flag) ? flag : throw new FormatException($"The storage connection says {name}={value}: write true or false.");
}
