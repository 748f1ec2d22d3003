using System.Text.RegularExpressions;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.DataX;

/// <summary>A JDBC address as one of ours.</summary>
static partial class JdbcAddress
{
    const string Known = "jdbc:mysql://, jdbc:mariadb://, jdbc:postgresql://, jdbc:sqlserver://, jdbc:jtds:sqlserver:// and jdbc:sqlite:";

    /// <summary>Settings of the drivers that concern encodings, time-outs and how statements are sent.</summary>
    static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "useUnicode", "characterEncoding", "useSSL", "serverTimezone", "zeroDateTimeBehavior", "rewriteBatchedStatements", "useCursorFetch", "allowPublicKeyRetrieval", "autoReconnect", "connectTimeout", "socketTimeout",
        "tinyInt1isBit", "yearIsDateType", "allowMultiQueries", "useServerPrepStmts", "cachePrepStmts", "failOverReadOnly", "useCompression", "loginTimeout", "tcpKeepAlive", "ApplicationName", "reWriteBatchedInserts",
        "stringtype", "encrypt", "trustServerCertificate", "selectMethod", "responseBuffering", "sendStringParametersAsUnicode", "charset", "date_class", "journal_mode", "busy_timeout", "nullCatalogMeansCurrent",
    };

    /// <summary>The address; null where it is none, which is said at the node.</summary>
    public static DatabaseAddress? Read(string url, string? user, string? password, string plugin, DataXNode node)
    {
        Match match = Url().Match(url.Trim());
        if (!match.Success)
        {
            node.Error("jdbcUrl", $"is no address that is known here: {Known}.");
            return null;
        }

        string engine = match.Groups["engine"].Value switch { "mariadb" => "mysql", "jtds:sqlserver" => "sqlserver", var same => same };
        string wanted = plugin.StartsWith("rdbms", StringComparison.Ordinal) ? engine : plugin[..^"reader".Length];
        if (engine != wanted)
        {
            node.Error("jdbcUrl", $"is of {engine}, and the plugin is {plugin}.");
            return null;
        }

        if (engine == "sqlite") return Parse($"sqlite:{match.Groups["rest"].Value.Split('?')[0]}", node);
        Match server = Server().Match(match.Groups["rest"].Value);
        if (!server.Success)
        {
            node.Error("jdbcUrl", "names no host and database: //HOST:PORT/DATABASE is needed.");
            return null;
        }

        string database = server.Groups["database"].Value, settings = "";
        foreach (string pair in server.Groups["settings"].Value.Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string name = parts[0].Trim('?', ' '), value = parts.Length > 1 ? parts[1] : "";
            if (name.Equals("databaseName", StringComparison.OrdinalIgnoreCase) || name.Equals("database", StringComparison.OrdinalIgnoreCase)) database = value;
            else if (name.Equals("user", StringComparison.OrdinalIgnoreCase)) user ??= Uri.UnescapeDataString(value);
            else if (name.Equals("password", StringComparison.OrdinalIgnoreCase)) password ??= Uri.UnescapeDataString(value);
            else if (engine == "postgresql" && name == "currentSchema") settings = $"?Search%20Path={value}";
            else if (Harmless.Contains(name)) continue;
            else node.Warn("jdbcUrl", $"has the setting '{name}', which is left out.");
        }

        string at = user is null ? "" : $"{Uri.EscapeDataString(user)}{(password is null ? "" : $":{Uri.EscapeDataString(password)}")}@";
        return Parse($"{engine}://{at}{server.Groups["host"].Value}/{database}{settings}", node);
    }

    static DatabaseAddress? Parse(string text, DataXNode node)
    {
        try
        {
            return DatabaseAddress.Parse(text);
        }
        catch (FormatException wrong)
        {
            node.Error("jdbcUrl", wrong.Message);
            return null;
        }
    }

    [GeneratedRegex("^jdbc:(?<engine>mysql|mariadb|postgresql|sqlserver|jtds:sqlserver|sqlite):(?<rest>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex("^//(?<host>[^/;?,]+)(?:/(?<database>[^?;]*))?(?<settings>[?;].*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Server();
}
