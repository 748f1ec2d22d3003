using Orrery.Connectors.LogFormats;

namespace Orrery.Connectors.Tests.LogFormats;

/// <summary>Every parser on mutated records. <c>ORRERY_FUZZ_INPUTS</c> says how many a parser; 1,000,000 is the full run.</summary>
public sealed class LogFuzzTests
{
    static readonly int Inputs = int.Parse(Environment.GetEnvironmentVariable("ORRERY_FUZZ_INPUTS") ?? "4000");

    static readonly string[] Own =
    [
        "1.2.3.4 - - [21/Nov/2026:10:00:00 +0800] \"GET /a?b=1 HTTP/1.1\" 200 5 \"-\" \"agent\"",
        "[Thu Oct 13 12:24:49.880562 2022] [auth_basic:error] [pid 10:tid 140] [client 31.33.58.75:50229] AH01618: user sss not found: /",
        "2022/01/24 16:33:06 [error] 334#334: *338 user \"toto\": password mismatch, client: 1.2.3.4, server: o, request: \"GET / HTTP/1.1\", host: \"h\"",
        "#Fields: date time c-ip cs-method sc-status", "2026-11-21 10:00:00 ::1 GET 200", "time,level,message", "2026-11-21 10:00:00,info,\"a \"\"b\"\"\"",
        "{\"@t\":\"2026-11-21T10:00:00Z\",\"a\":{\"b\":[1,{\"c\":null}]},\"level\":30,\"msg\":\"\\u00e9\\ud83d\\ude00\"}",
        "<Event xmlns='x'><System><Provider Name='p'/><EventID>1</EventID><Level>2</Level><TimeCreated SystemTime='2026-11-21T10:00:00Z'/></System><EventData><Data Name='a'>b &amp; c</Data></EventData></Event>",
        "2021-10-28T08:06:45.411498Z 25 [Note] [MY-010926] [Server] Access denied for user 'seb'@'42.42.42.42' (using password: NO)", "221128 14:49:17 [Warning] x",
        "# Time: 071015 21:43:52\n# User@Host: root[root] @ localhost [1.1.1.1]  Id: 5\n# Schema:   Last_errno: 0\n# Query_time: 2  Lock_time: 0\nuse a;\nSET timestamp=1397442852;\nselect 1;",
        "2022-12-20 12:36:54.17 Logon       Error: 18456, Severity: 14, State: 8.", "2022-12-20 12:36:54.17 Logon       Login failed for user 'SA'. Reason: no. [CLIENT: 172.17.0.3]",
        "2021-09-28 09:22:19.536 UTC:1.2.3.4(5432):i@p:[127]:FATAL:  password authentication failed for user \"i\"",
        "<34>1 2026-11-21T18:00:00.123+08:00 erp su 17 ID47 [x@1 a=\"q\"] text", "Nov 21 10:00:00 h sshd[1]: Failed password for invalid user root from 192.168.1.2 port 51182 ssh2",
        "22.118.26.10:10285 [12/Mar/2021:06:56:28.088] fe~ b/dns 0/0/0/1263/1264 200 20602 - - ---- 19/19/3/4/0 0/0 \"GET / HTTP/1.1\"",
        "type=SYSCALL msg=audit(1684329817.579:2995): arch=c000003e comm=\"perl\" key=(null)",
        "2022-07-20T21:12:06.270Z,E\\D,08DA,9,192.168.9.241:25,192.168.9.212:53722,>,535 5.7.3 No,", "2022-07-20T21:28:50.530Z,0E,2,1.1.1.1:143,1.1.1.2:3,u,1,3,3,auth,PLAIN,\"R=\"\"2\"\"\",",
        "2026-11-21 10:00:00,123 ERROR [http-1] k3.Sales - boom",
    ];

    public static TheoryData<string> Formats => [.. LogFormat.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void No_input_crashes_hangs_or_swells_a_parser(string name)
    {
        var random = new Random(name.Aggregate(7, (sum, letter) => (sum * 31) + letter));
        string[] seeds = [.. Own, .. RealLines()];
        LogFormat format = LogFormat.Find(name)!;
        LogParser parser = format.Open(new LogParseOptions { Reference = DateTimeOffset.UnixEpoch.AddYears(56) });
        int[] outcomes = new int[3];
        long allocatedMax = 0;
        for (int i = 0; i < Inputs; i++)
        {
            string input = Mutate(seeds[random.Next(seeds.Length)], seeds, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            LogOutcome outcome;
            try
            {
                outcome = parser.Parse(input);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{name} threw on input {i}: {input}", error);
            }

            allocatedMax = Math.Max(allocatedMax, GC.GetAllocatedBytesForCurrentThread() - before - (100L * input.Length));
            outcomes[(int)outcome.Kind]++;
            ((outcome.Kind == LogOutcomeKind.Entry) == (outcome.Entry is not null)).ShouldBeTrue();
            ((outcome.Kind == LogOutcomeKind.Rejected) == (outcome.Reason.Length > 0)).ShouldBeTrue($"{name}: {input}");
            if (i % 500 == 0)
                parser = format.Open(new LogParseOptions { Reference = DateTimeOffset.UnixEpoch.AddYears(56) });
        }

        outcomes[(int)LogOutcomeKind.Entry].ShouldBeGreaterThan(Inputs / 500, "mutations that no seed of the format survives test nothing");
        allocatedMax.ShouldBeLessThan(4 << 20, "memory must be in proportion to the record");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_long_record_takes_time_in_proportion_to_its_length(string name)
    {
        LogFormat format = LogFormat.Find(name)!;
        foreach (string seed in Own)
            foreach (string filler in (string[])["a ", "\"", "[", "]", "# ", ": ", "a=b ", "/", "{\"a\":", "<a>", "1.", ",", "\n", "\\\"", "user "])
            {
                string text = seed[..(seed.Length / 2)] + string.Concat(Enumerable.Repeat(filler, 100_000 / filler.Length)) + seed[(seed.Length / 2)..];
                LogParser parser = format.Open(new LogParseOptions());
                // Generous: a quadratic walk over 100,000 characters copies gigabytes and is seen in what it allocates.
                long before = GC.GetAllocatedBytesForCurrentThread();
                parser.Parse(text);
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 << 20, $"{name}, {filler}");
            }
    }

    static string Mutate(string text, string[] seeds, Random random)
    {
        for (int i = random.Next(4); i >= 0; i--)
        {
            int at = random.Next(text.Length + 1), length = random.Next(Math.Min(20, text.Length - at + 1));
            text = random.Next(8) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.Substring(at, length)),
                2 => text[..at] + (char)random.Next(0x300) + text[at..],
                3 => text.Insert(at, "\"[]{}:=/\\'#<>-+,;. \n\t\0"[random.Next(22)].ToString()),
                4 => text[..at],
                5 => text[..at] + seeds[random.Next(seeds.Length)] is var joined && joined.Length < 4000 ? joined : text,
                6 => text.Insert(at, random.NextInt64().ToString()),
                _ => at < text.Length ? text.Remove(at, 1).Insert(at, ((char)random.Next(0x10000)).ToString()) : text,
            };
        }

        return text;
    }

    static IEnumerable<string> RealLines()
    {
        string? data = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA");
        return data is null || !Directory.Exists(Path.Combine(data, "logs-crowdsec"))
            ? []
            : Directory.EnumerateFiles(Path.Combine(data, "logs-crowdsec"), "*.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .SelectMany(File.ReadAllLines).Where(line => line.Length is > 10 and < 3000);
    }
}
