using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orrery.Connectors.LogFormats;

namespace Orrery.Connectors.Tests.LogFormats;

/// <summary>Samples of real logs with the fields that another parser's authors expect of them. Every field expected is compared or named as not ours.</summary>
public sealed partial class SampleLogTests
{
    static readonly DateTimeOffset Reference = new(2025, 11, 21, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Names of theirs that are no field of ours: derived texts, or the program's name by their file naming.</summary>
    static readonly string[] NotOurs = ["message", "program", "target_uri", "haproxy_hour", "haproxy_minute", "haproxy_second", "haproxy_time", "haproxy_year", "haproxy_month", "haproxy_monthday", "haproxy_milliseconds", "day", "month", "year", "zone", "msg_type", "msg", "pam_type", "uid", "euid", "sshd_protocol", "client", "http_request", "http_verb", "accept_date"];

    static readonly Dictionary<string, string> Access = Map("clientip client_ip remote_addr client_ip ident ident auth user remote_user user verb method httpversion http_version http_version http_version response status status status bytes bytes body_bytes_sent bytes referrer referrer http_referer referrer http_user_agent user_agent target_fqdn host port port scheme scheme gzip_ratio gzip_ratio target_server target upstream_cache_status upstream_cache upstream_status upstream_status time_local @time timestamp @time request @request loglevel @level pid pid tid tid cid connection username user time @time module module errorcode code clientport client_port proxy_errorcode system_code proxy_errormessage system_message");

    static readonly (string Folder, string Parser, string Format, Dictionary<string, string> Names)[] Expectations =
    [
        ("apache2-logs", "crowdsecurity/apache2-logs", "access web-error", Access),
        ("nginx-http-malformed", "crowdsecurity/nginx-logs", "access", Access),
        ("nginx-proxy-manager-logs", "crowdsecurity/nginx-proxy-manager-logs", "access web-error", Access),
        ("auditd-logs", "crowdsecurity/auditd-logs", "auditd", Map("timestamp @epoch event_inc_id serial")),
        ("exchange-imap-logs", "crowdsecurity/exchange-imap-logs", "exchange", Map("client_ip client_ip client_port client_port server_ip server_ip server_port server_port command command duration duration_ms parameters parameters rpsize response_bytes rqsize request_bytes session_id session sequence_number sequence username user date @time")),
        ("exchange-pop-logs", "crowdsecurity/exchange-pop-logs", "exchange", Map("client_ip client_ip client_port client_port server_ip server_ip server_port server_port command command duration duration_ms parameters parameters rpsize response_bytes rqsize request_bytes session_id session sequence_number sequence username user date @time")),
        ("exchange-smtp-logs", "crowdsecurity/exchange-smtp-logs", "exchange", Map("client_ip client_ip client_port client_port server_ip server_ip server_port server_port connector_id connector event event smtp_code reply_code smtp_message reply_text session_id session sequence_number sequence date @time")),
        ("haproxy-logs", "crowdsecurity/haproxy-logs", "haproxy", Map("client_ip client_ip client_port client_port backend_name backend frontend_name frontend server_name server actconn connections feconn connections_frontend beconn connections_backend srvconn connections_server retries retries srv_queue queue_server backend_queue queue_backend bytes_read bytes captured_request_cookie request_cookie captured_response_cookie response_cookie http_status_code status http_version http_version request path verb method termination_state termination time_backend_connect time_connect_ms time_backend_response time_response_ms time_duration time_total_ms time_queue time_queue_ms time_request time_request_ms")),
        ("iis-xml-logs", "crowdsecurity/iis-logs", "windows-xml", Map("Source @program UserSID user_sid Channel channel Computer @host EventID event_id verb cs-method http_path cs-uri-stem http_args cs-uri-query request @iis")),
        ("windows-logs", "crowdsecurity/windows-eventlog", "windows-xml", Map("Source @program Channel channel Computer @host EventID event_id UserSID user_sid")),
        ("mariadb-logs", "crowdsecurity/mariadb-logs", "mysql-error", Map("source_ip client_ip thread_id thread_id using_password using_password user user date @date time @clock")),
        ("mysql-logs", "crowdsecurity/mysql-logs", "mysql-error", Map("source_ip client_ip using_password using_password user user time @time err_code code subsystem subsystem")),
        ("mssql-text-logs", "crowdsecurity/mssql-text-logs", "mssql-error", Map("source_ip client_ip user user reason_message reason date @date time @clock")),
        ("pgsql-logs", "crowdsecurity/pgsql-logs", "postgresql", Map("timestamp @short PID pid pid pid pgsql_dbname database pgsql_target_user target_user pgsql_user user source_ip client_ip source_port client_port auth_method auth_method")),
        ("sshd-logs", "crowdsecurity/sshd-logs", "syslog", Map("pid pid timestamp @syslog timestamp8601 @time sshd_client_ip client_ip sshd_invalid_user user sshd_port client_port logsource @logsource")),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Expectations.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Fields_are_those_that_others_expect(int index)
    {
        (string folder, string parser, string format, Dictionary<string, string> names) = Expectations[index];
        string path = Path.Combine(LogSamples.Folder("logs-crowdsec"), folder);
        string[] lines = LogSamples.Lines(path);
        LogParser[] parsers = [.. format.Split(' ').Select(name => LogFormat.Find(name)!.Open(new LogParseOptions { Reference = Reference }))];
        LogEntry?[] entries = [.. lines.Select(line => parsers.Select(one => one.Parse(line)).FirstOrDefault(outcome => outcome.Kind == LogOutcomeKind.Entry).Entry)];
        int compared = 0;
        foreach (string assertion in File.ReadLines(Path.Combine(path, "parser.assert")))
        {
            Match match = Assertion().Match(assertion);
            if (!match.Success || match.Groups["parser"].Value != parser)
                continue;
            int at = int.Parse(match.Groups["index"].Value, CultureInfo.InvariantCulture);
            string name = match.Groups["name"].Value, expected = JsonSerializer.Deserialize<string>(match.Groups["value"].Value)!;
            if (match.Groups["kind"].Value == "Unmarshaled" ? name is "msg" : NotOurs.Contains(name) && !names.ContainsKey(name))
                continue;
            string ours = names.GetValueOrDefault(name) ?? (match.Groups["kind"].Value == "Unmarshaled" ? name : throw new InvalidOperationException($"{folder}: their field '{name}' is neither compared nor named as not ours"));
            LogEntry entry = entries[at].ShouldNotBeNull($"{folder} line {at} is rejected: {lines[at]}");
            Same(entry, ours, expected).ShouldBe(expected, $"{folder} line {at}, {name}: {lines[at]}");
            compared++;
        }

        compared.ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData("apache2-logs", "access")]
    [InlineData("nginx-http-malformed", "access")]
    [InlineData("nginx-proxy-manager-logs", "access")]
    [InlineData("auditd-base64-exec", "auditd")]
    [InlineData("auditd-logs", "auditd")]
    [InlineData("auditd-postexploit-exec-from-net", "auditd")]
    [InlineData("auditd-postexploit-rm", "auditd")]
    [InlineData("auditd-suid-crash", "auditd")]
    [InlineData("docker-logs", "json")]
    [InlineData("exchange-imap-bf", "exchange")]
    [InlineData("exchange-pop-bf", "exchange")]
    [InlineData("exchange-smtp-bf", "exchange")]
    [InlineData("exchange-imap-logs", "exchange")]
    [InlineData("exchange-pop-logs", "exchange")]
    [InlineData("exchange-smtp-logs", "exchange")]
    [InlineData("haproxy-logs", "haproxy")]
    [InlineData("iis-xml-logs", "windows-xml")]
    [InlineData("windows-logs", "windows-xml")]
    [InlineData("windows-bf", "windows-xml")]
    [InlineData("mariadb-logs", "mysql-error")]
    [InlineData("mysql-logs", "mysql-error")]
    [InlineData("mssql-text-logs", "mssql-error")]
    [InlineData("pgsql-logs", "postgresql")]
    [InlineData("sshd-logs", "syslog")]
    [InlineData("syslog-logs", "syslog")]
    public void A_format_is_found_from_a_sample_and_reads_all_of_it(string folder, string name)
    {
        string[] lines = LogSamples.Lines(Path.Combine(LogSamples.Folder("logs-crowdsec"), folder));
        LogFormat format = LogFormat.Detect(lines).ShouldNotBeNull();
        format.Name.ShouldBe(name);
        LogParser parser = format.Open(new LogParseOptions { Reference = Reference });
        // Two files mix access and error lines: those of the other kind are dead letters of this one.
        string[] rejected = [.. lines.Where(line => parser.Parse(line).Kind == LogOutcomeKind.Rejected)];
        rejected.Length.ShouldBe(folder is "apache2-logs" or "nginx-proxy-manager-logs" ? 2 : 0, string.Join('\n', rejected));
        lines.Select(parser.Parse).Where(outcome => outcome.Entry is not null).ShouldAllBe(outcome => outcome.Entry!.Time != null);
    }

    static string? Same(LogEntry entry, string ours, string expected)
    {
        if (ours[0] != '@')
            return entry[ours] ?? (expected is "-" or "" ? expected : null);
        DateTimeOffset time = entry.Time ?? throw new InvalidOperationException("the entry has no time");
        switch (ours)
        {
            case "@host": return entry.Host;
            case "@program": return entry.Program;
            case "@logsource": return entry.Host.Length > 0 ? "syslog" : "";
            case "@level": return entry.Level == LevelOf(expected) ? expected : entry.Level.ToString();
            case "@epoch": return (time.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
            case "@date": return time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) is var date && expected.Length == 6 ? time.ToString("yyMMdd", CultureInfo.InvariantCulture) : date;
            case "@clock": return TimeSpan.Parse(expected, CultureInfo.InvariantCulture) == time.TimeOfDay ? expected : time.TimeOfDay.ToString();
            case "@iis": return entry["cs-uri-stem"] + "?" + entry["cs-uri-query"];
            case "@request": return Request(entry, expected);
            case "@short": return time.ToString("yy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
            case "@syslog": return SyslogTime(time, expected);
            default: return Time(expected) == time ? expected : time.ToString("O");
        }
    }

    static string SyslogTime(DateTimeOffset time, string expected)
    {
        string[] parts = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts[0] == time.ToString("MMM", CultureInfo.InvariantCulture) && int.Parse(parts[1], CultureInfo.InvariantCulture) == time.Day && parts[2] == time.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ? expected : time.ToString("O");
    }

    static LogEntryLevel LevelOf(string word) => word switch { "error" => LogEntryLevel.Error, "info" => LogEntryLevel.Information, "warn" => LogEntryLevel.Warning, _ => LogEntryLevel.Unknown };

    static string? Request(LogEntry entry, string expected)
    {
        string? path = entry["path"] is { } at ? at + (entry["query"] is { } query ? "?" + query : "") : null;
        return path == expected ? path : entry["request"] ?? path;
    }

    static DateTimeOffset? Time(string text)
    {
        string[] forms = ["dd/MMM/yyyy:HH:mm:ss zzz", "dd/MMM/yyyy:HH:mm:ss", "ddd MMM dd HH:mm:ss.ffffff yyyy", "yyyy/MM/dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];
        return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
    }

    static Dictionary<string, string> Map(string pairs) => pairs.Split(' ').Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex("""^results\["s0[01]-[a-z]+"\]\["(?<parser>[^"]+)"\]\[(?<index>\d+)\]\.Evt\.(?<kind>Parsed|Unmarshaled)(\["auditd"\])?\["(?<name>[^"]+)"\] == (?<value>".*")$""")]
    private static partial Regex Assertion();
}
