namespace Orrery.Connectors.LogFormats;

/// <summary>A format that can be read.</summary>
/// <param name="Name">Its name in configurations.</param>
/// <param name="Description">What writes it.</param>
/// <param name="Start">A regular expression that the first line of a record matches; null: each line is a record.</param>
/// <param name="JoinsStarts">Whether matching lines that follow one another begin one record together.</param>
/// <param name="Open">Makes a parser, one a file.</param>
public sealed record LogFormat(string Name, string Description, string? Start, bool JoinsStarts, Func<LogParseOptions, LogParser> Open)
{
    const int SampleMax = 200;

    /// <summary>All formats, the more particular ones first.</summary>
    public static IReadOnlyList<LogFormat> All { get; } =
    [
        new("windows-xml", "Windows events as XML", "<Event[ >]", false, options => new WindowsEventParser(options)),
        new("auditd", "Linux' audit log", null, false, options => new AuditParser(options)),
        new("json", "JSON lines of any logger, docker, Windows events as JSON", null, false, options => new JsonLogParser(options)),
        new("mysql-slow", "slow logs of MySQL, Percona Server, MariaDB", "^# (Time|User@Host)", true, options => new MySqlSlowParser(options)),
        new("w3c", "IIS and other W3C extended logs", null, false, options => new W3cLogParser(options)),
        new("haproxy", "HAProxy's HTTP log", null, false, options => new HaProxyParser(options)),
        new("access", "access logs of nginx, Apache, nginx-proxy-manager", null, false, options => new AccessLogParser(options)),
        new("web-error", "error logs of Apache and nginx", @"^(\[[A-Z][a-z][a-z] |\d{4}/\d\d/\d\d )", false, options => new WebErrorParser(options)),
        new("postgresql", "PostgreSQL's log", @"^\d{4}-\d\d-\d\d ", false, options => new PostgreSqlParser(options)),
        new("exchange", "Exchange's protocol logs", null, false, options => new ExchangeParser(options)),
        new("mysql-error", "error logs of MySQL and MariaDB", @"^(\d{4}-\d\d-\d\d[ T]|\d{6} )", false, options => new MySqlErrorParser(options)),
        new("mssql-error", "SQL Server's error log", @"^\d{4}-\d\d-\d\d ", false, options => new SqlServerErrorParser(options)),
        new("syslog", "syslog, RFC 3164 and 5424", null, false, options => new SyslogParser(options)),
        new("csv", "separated values with a head line", null, false, options => new CsvLogParser(options)),
        new("text", "any other lines, with a time in front or without", @"^\[?\d{4}[-/]\d\d[-/]\d\d", false, options => new TextLogParser(options)),
    ];

    /// <summary>The format of a name; null: there is none.</summary>
    public static LogFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);

    /// <summary>The format that reads most of a sample; of equals the more particular. Records as they are, at most 200 are looked at.</summary>
    /// <returns>Null for a sample without records; <c>text</c> if nothing particular reads at least half of it.</returns>
    public static LogFormat? Detect(IEnumerable<string> sample)
    {
        string[] records = [.. sample.Where(record => !string.IsNullOrWhiteSpace(record)).Take(SampleMax)];
        if (records.Length == 0)
            return null;
        LogFormat text = All[^1], best = text;
        double bestShare = 0.5;
        foreach (LogFormat format in All.Take(All.Count - 1))
        {
            LogParser parser = format.Open(new LogParseOptions());
            LogOutcome[] outcomes = [.. records.Select(parser.Parse)];
            int entries = outcomes.Count(outcome => outcome.Kind == LogOutcomeKind.Entry), rejected = outcomes.Count(outcome => outcome.Kind == LogOutcomeKind.Rejected);
            double share = entries == 0 ? 0 : (double)entries / (entries + rejected);
            if (share > bestShare)
                (best, bestShare) = (format, share);
        }

        return best;
    }
}
