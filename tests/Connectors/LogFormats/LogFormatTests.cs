using Orrery.Connectors.LogFormats;

namespace Orrery.Connectors.Tests.LogFormats;

public sealed class LogFormatTests
{
    static readonly DateTimeOffset At = new(2026, 11, 21, 10, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void IIS_logs_are_read_by_their_own_head_lines_also_when_these_change()
    {
        LogParser parser = Open("w3c");
        parser.Parse("2026-11-21 10:00:00 10.0.0.1 GET / - 200").Kind.ShouldBe(LogOutcomeKind.Rejected);
        foreach (string line in (string[])["#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0", "#Date: 2026-11-21 10:00:00",
            "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"])
            parser.Parse(line).Kind.ShouldBe(LogOutcomeKind.Directive);
        LogEntry entry = Entry(parser, "2026-11-21 10:00:00 10.0.0.1 POST /k3cloud/login.svc id=1&n=%E5%8D%95 443 - 10.2.3.4 Mozilla/5.0+(Windows+NT) - 500 0 64 1234");
        (entry.Time, entry.Level, entry["method"], entry["path"], entry["query"], entry["user"], entry["client_ip"], entry["user_agent"], entry["status"], entry["time_taken_ms"])
            .ShouldBe((At.AddMilliseconds(-123), LogEntryLevel.Error, "POST", "/k3cloud/login.svc", "id=1&n=%E5%8D%95", null, "10.2.3.4", "Mozilla/5.0 (Windows NT)", "500", "1234"));
        LogParser later = Open("w3c");
        later.State = parser.State;
        Entry(later, "2026-11-21 10:00:00 10.0.0.1 GET / - 80 erp 10.2.3.4 - - 200 0 0 1")["user"].ShouldBe("erp");
        later.Parse("#Fields: date time c-ip").Kind.ShouldBe(LogOutcomeKind.Directive);
        Entry(later, "2026-11-21 10:00:00 ::1")["client_ip"].ShouldBe("::1");
        later.Parse("2026-11-21 10:00:00 ::1 more").Reason.ShouldContain("4 fields; #Fields names 3");
    }

    [Fact]
    public void Exchange_logs_with_a_head_line_are_read_by_it()
    {
        LogParser parser = Open("w3c");
        parser.Parse("#Fields: date-time,connector-id,session-id,data");
        Entry(parser, "2026-11-21T10:00:00.123Z,C\\X,08DA,\"a, \"\"b\"\"\"")["data"].ShouldBe("a, \"b\"");
        LogParser later = Open("w3c");
        later.State = parser.State;
        Entry(later, "2026-11-21T10:00:00.123Z,C,1,d").Time.ShouldBe(At);
    }

    [Theory]
    [InlineData("""{"@t":"2026-11-21T10:00:00.123Z","@m":"Order 7 saved","@l":"Warning","OrderId":7,"SourceContext":"K3.Sales"}""", LogEntryLevel.Warning, "Order 7 saved", "OrderId", "7")]
    [InlineData("""{"level":50,"time":1795255200123,"pid":12,"hostname":"web-1","msg":"boom","err":{"type":"E","stack":[1,2]}}""", LogEntryLevel.Error, "boom", "err.stack", "[1,2]")]
    [InlineData("""{"log":"hello\n","stream":"stdout","time":"2026-11-21T10:00:00.123Z"}""", LogEntryLevel.Unknown, "hello", "stream", "stdout")]
    [InlineData("""{"EventTime":"2026-11-21 10:00:00.123","Severity":"ERROR","EventID":4625,"SourceName":"Security","Hostname":"erp","Message":"审核失败"}""", LogEntryLevel.Error, "审核失败", "EventID", "4625")]
    [InlineData("""{"@timestamp":"2026-11-21T18:00:00.123+08:00","winlog":{"event_id":1,"computer_name":"erp"},"log":{"level":"information"},"message":"m"}""", LogEntryLevel.Information, "m", "winlog.event_id", "1")]
    public void JSON_of_many_loggers_gives_time_level_and_message(string line, LogEntryLevel level, string message, string field, string value)
    {
        LogEntry entry = Entry(Open("json"), line);
        (entry.Time?.ToUniversalTime(), entry.Level, entry.Message, entry[field]).ShouldBe((At, level, message, value));
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("{\"a\":1} {\"b\":2}")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}")]
    [InlineData("plain text")]
    public void What_is_not_one_JSON_object_is_a_dead_letter(string line) => Open("json").Parse(line).Kind.ShouldBe(LogOutcomeKind.Rejected);

    [Fact]
    public void Separated_values_are_read_by_their_head_line()
    {
        LogParser parser = Open("csv");
        parser.Parse("Time;Level;Message;账套;Amount").Kind.ShouldBe(LogOutcomeKind.Directive);
        LogEntry entry = Entry(parser, "2026-11-21 10:00:00.123;warn;\"a;\n\"\"b\"\"\";星空;-1.50");
        (entry.Time, entry.Level, entry.Message, entry["账套"], entry["Amount"]).ShouldBe((At, LogEntryLevel.Warning, "a;\n\"b\"", "星空", "-1.50"));
        parser.Parse("1;2").Reason.ShouldContain("2 fields; the head line names 5");
        parser.Parse("\"open;2;3;4;5").Reason.ShouldContain("quote");
        LogParser later = Open("csv");
        later.State = parser.State;
        Entry(later, "2026-11-21 10:00:00.123;error;x;y;z").Level.ShouldBe(LogEntryLevel.Error);
    }

    [Theory]
    [InlineData("<34>1 2026-11-21T18:00:00.123+08:00 erp.example su 17 ID47 [x@1 a=\"q\\\"\\]\" b=\"2\"] failed for lonvick", "erp.example", "su", "failed for lonvick", LogEntryLevel.Critical)]
    [InlineData("<165>1 2026-11-21T10:00:00.123Z erp app - - - \uFEFF订单", "erp", "app", "订单", LogEntryLevel.Information)]
    [InlineData("<13>Nov 21 10:00:00.123 erp app[5]: x", "erp", "app", "x", LogEntryLevel.Information)]
    [InlineData("2026-11-21T10:00:00.123+00:00 erp kernel: x: y", "erp", "kernel", "x: y", LogEntryLevel.Unknown)]
    public void Syslog_of_both_kinds_is_read(string line, string host, string program, string message, LogEntryLevel level)
    {
        LogEntry entry = Entry(Open("syslog"), line);
        (entry.Time?.ToUniversalTime(), entry.Host, entry.Program, entry.Message, entry.Level).ShouldBe((At, host, program, message, level));
        if (line.Contains("x@1"))
            entry["x@1.a"].ShouldBe("q\"]");
    }

    [Fact]
    public void A_time_without_a_year_is_the_nearest_that_has_been()
    {
        LogParser parser = LogFormat.Find("syslog")!.Open(new LogParseOptions { Reference = new DateTimeOffset(2027, 1, 1, 0, 0, 10, TimeSpan.Zero), ZoneOffset = TimeSpan.FromHours(8) });
        Entry(parser, "Dec 31 23:59:59 h p: x").Time.ShouldBe(new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.FromHours(8)));
        Entry(parser, "Jan  1 09:00:00 h p: x").Time.ShouldBe(new DateTimeOffset(2027, 1, 1, 9, 0, 0, TimeSpan.FromHours(8)));
        Entry(parser, "Feb 29 09:00:00 h p: x").Time.ShouldBe(new DateTimeOffset(2024, 2, 29, 9, 0, 0, TimeSpan.FromHours(8)));
        parser.Parse("Feb 30 09:00:00 h p: x").Kind.ShouldBe(LogOutcomeKind.Rejected);
    }

    [Theory]
    [InlineData("2026-11-21 10:00:00,123 ERROR [http-1] k3.Sales - boom\n  at A.b()", LogEntryLevel.Error, "[http-1] k3.Sales - boom\n  at A.b()")]
    [InlineData("[2026-11-21 10:00:00.123] [thread 5] [WARN] slow", LogEntryLevel.Warning, "slow")]
    [InlineData("2026-11-21T10:00:00.123Z | INFO | started", LogEntryLevel.Information, "started")]
    [InlineData("2026-11-21 10:00:00.123 just words", LogEntryLevel.Unknown, "just words")]
    public void Lines_of_any_program_give_time_level_and_message(string line, LogEntryLevel level, string message)
    {
        LogEntry entry = Entry(Open("text"), line);
        (entry.Time, entry.Level, entry.Message).ShouldBe((At, level, message));
    }

    [Theory]
    [InlineData("w3c", "#Software: IIS\n#Fields: date time c-ip\n2026-11-21 10:00:00 ::1\n2026-11-21 10:00:01 ::1")]
    [InlineData("csv", "time,level,message\n2026-11-21 10:00:00,info,a\n2026-11-21 10:00:00,info,b")]
    [InlineData("mysql-slow", "# Time: 071015 21:43:52\n# User@Host: a[a] @ b []\n# Query_time: 2  Lock_time: 0\nselect 1;")]
    [InlineData("text", "2026-11-21 10:00:00,123 ERROR [http-1] k3.Sales - boom\n2026-11-21 10:00:00,123 INFO [http-1] k3.Sales - fine")]
    [InlineData("text", "nothing\nthat anybody\nknows")]
    public void Formats_are_found_from_samples(string name, string sample) => LogFormat.Detect(name == "mysql-slow" ? [sample] : sample.Split('\n')).ShouldNotBeNull().Name.ShouldBe(name);

    [Fact]
    public void Bounds_are_refusals_with_a_reason_and_never_a_crash()
    {
        Open("text").Parse(new string('x', LogParser.LengthMax + 1)).Reason.ShouldContain("characters");
        Open("json").Parse("{" + string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"f{i}\":{i}")) + "}").Reason.ShouldContain("512 fields");
        LogFormat.Detect([" ", ""]).ShouldBeNull();
        LogFormat.Find("none").ShouldBeNull();
        foreach (LogFormat format in LogFormat.All)
            format.Open(new LogParseOptions()).Parse("  ").Kind.ShouldBe(LogOutcomeKind.Directive);
    }

    static LogParser Open(string name) => LogFormat.Find(name)!.Open(new LogParseOptions { Reference = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero) });

    static LogEntry Entry(LogParser parser, string text)
    {
        LogOutcome outcome = parser.Parse(text);
        return outcome.Entry.ShouldNotBeNull($"{outcome.Kind}: {outcome.Reason}");
    }
}
