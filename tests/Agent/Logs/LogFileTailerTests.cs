using System.Text;
using Orrery.Agent.Logs;
using Orrery.Connectors.LogObjects;

namespace Orrery.Agent.Tests.Logs;

public sealed class LogFileTailerTests
{
    static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!;

    [Fact]
    public async Task A_line_is_shipped_once_it_has_an_end()
    {
        using var site = new Following();
        site.Write("app.log", "one\ntw");
        await site.Look();
        site.Texts.ShouldBe(["one"]);
        site.Write("app.log", "o\r\n\nthree\n");
        await site.Look();
        await site.Look();
        site.Texts.ShouldBe(["one", "two", "three"]);
        site.Lines.ShouldAllBe(line => line.Source == "erp" && line.Path == site["app.log"] && line.Marks == ShippedMarks.None);
        site.Lines.Select(line => long.Parse(line.Id.Split(':')[1])).ShouldBe([0, 4, 10]);
    }

    [Fact]
    public async Task A_last_line_without_an_end_waits_long_and_is_marked()
    {
        using var site = new Following();
        site.Write("app.log", "one\nlast words");
        await site.Look();
        await site.Look(30);
        site.Texts.ShouldBe(["one"]);
        await site.Look(31);
        site.Texts.ShouldBe(["one", "last words"]);
        site.Lines[1].Marks.ShouldBe(ShippedMarks.Unterminated);
        site.Write("app.log", "\nnext\n");
        await site.Look();
        site.Texts.ShouldBe(["one", "last words", "next"]);
    }

    [Fact]
    public async Task Encodings_are_told_apart_by_mark_and_by_content()
    {
        using var site = new Following();
        string text = "订单 1 已审核 😀\r\nsecond 行\n";
        (string Name, byte[] Bytes)[] files =
        [
            ("utf8.log", Encoding.UTF8.GetBytes(text)), ("utf8-mark.log", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]),
            ("utf16le.log", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]), ("utf16be.log", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)]),
            ("gbk.log", Gbk.GetBytes(text)), ("utf16le-bare.log", Encoding.Unicode.GetBytes("plain ascii " + text)),
        ];
        foreach ((string name, byte[] bytes) in files)
            site.Write(name, bytes);
        await site.Look();
        foreach ((string name, _) in files)
            site.Lines.Where(line => line.Path == site[name]).Select(line => line.Text)
                .ShouldBe([(name.Contains("bare") ? "plain ascii " : "") + "订单 1 已审核 😀", "second 行"], name);
        site.Lines.ShouldAllBe(line => line.Marks == ShippedMarks.None);
        site.Crash();
        site.Write("utf16le.log", Encoding.Unicode.GetBytes("third 三\n"));
        site.Write("gbk.log", Gbk.GetBytes("third 三\n"));
        await site.Look();
        site.Texts[^2..].ShouldBe(["third 三", "third 三"]);
    }

    [Fact]
    public async Task Bytes_of_no_encoding_are_shipped_with_a_mark()
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + "/*.log"], Encoding = "utf-8" });
        site.Write("app.log", [.. "good\nbad "u8, 0xC3, 0x28, 0xFF, .. " end\n"u8]);
        await site.Look();
        site.Lines.Select(line => line.Marks).ShouldBe([ShippedMarks.None, ShippedMarks.Damaged]);
        site.Texts[1].ShouldBe("bad \uFFFD(\uFFFD end");
    }

    [Fact]
    public async Task A_stack_trace_is_one_record()
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + "/*.log"], Start = @"^\d{4}-\d\d-\d\d " });
        string trace = "2026-11-21 10:00:00 ERROR boom\n  at A.b()\n  at C.d()\n\nCaused by: x";
        site.Write("app.log", "leftover of an old record\n" + trace + "\n2026-11-21 10:00:01 INFO fine\n");
        await site.Look();
        site.Texts.ShouldBe(["leftover of an old record", trace]);
        await site.Look(1);
        site.Texts.Length.ShouldBe(2, "the last record can still go on");
        site.Write("app.log", "  more of it\n");
        await site.Look();
        await site.Look(2.5);
        site.Texts[2..].ShouldBe(["2026-11-21 10:00:01 INFO fine\n  more of it"]);
    }

    [Fact]
    public async Task Events_of_the_slow_log_begin_with_lines_that_join()
    {
        using var site = new Following(logs => new LogSource { Name = "slow", Paths = [logs + "/*.log"], Start = "^# (Time|User@Host)", JoinStarts = true });
        string first = "# Time: 071015 21:43:52\n# User@Host: root[root] @ localhost []\n# Query_time: 2\nselect 1;", second = "# User@Host: root[root] @ localhost []\n# Query_time: 3\nselect 2;";
        site.Write("slow.log", first + "\n" + second + "\n");
        await site.Look();
        await site.Look(3);
        site.Texts.ShouldBe([first, second]);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("gbk")]
    [InlineData("utf-16le")]
    [InlineData("utf-16be")]
    [InlineData("auto")]
    public async Task A_line_longer_than_the_bound_is_shipped_in_pieces_that_split_no_character(string name)
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + "/*.log"], Encoding = name, RecordBytesMax = 1024 });
        Encoding encoding = name switch { "gbk" => Gbk, "utf-16le" => Encoding.Unicode, "utf-16be" => Encoding.BigEndianUnicode, _ => new UTF8Encoding(false) };
        var random = new Random(3);
        string[] characters = ["a", "é", "单", "😀", "\u3400", "0"];
        string text = string.Concat(Enumerable.Range(0, 5000).Select(_ => characters[random.Next(characters.Length)]));
        site.Write("app.log", encoding.GetBytes("short\n" + text + "\nafter\n"));
        await site.Look();
        site.Texts[0].ShouldBe("short");
        site.Texts[^1].ShouldBe("after");
        string.Concat(site.Texts[1..^1]).ShouldBe(text);
        site.Lines[1..^2].ShouldAllBe(line => line.Marks == ShippedMarks.Cut && encoding.GetByteCount(line.Text) <= 1024);
        site.Lines[^2].Marks.ShouldBe(ShippedMarks.None);
    }

    [Fact]
    public async Task A_record_of_very_many_lines_is_cut_between_lines()
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + "/*.log"], Start = "^start", RecordBytesMax = 1024 });
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => $"  at frame {i}")];
        site.Write("app.log", "start\n" + string.Join('\n', lines) + "\nstart again\n");
        await site.Look();
        await site.Look(3);
        string.Join('\n', site.Texts).ShouldBe("start\n" + string.Join('\n', lines) + "\nstart again");
        site.Lines.Count(line => line.Marks == ShippedMarks.Cut).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Rotation_by_renaming_loses_nothing_and_doubles_nothing()
    {
        using var site = new Following();
        site.Write("app.log", "1\n2\n");
        await site.Look();
        site.Write("app.log", "3\n");
        File.Move(site["app.log"], site["app.log.1"]);
        site.Write("app.log", "5\n");
        site.Write("app.log.1", "4\n");
        await site.Look();
        site.Write("app.log.1", "late\n");
        await site.Look();
        site.Texts.Order().ShouldBe(["1", "2", "3", "4", "5", "late"]);
        site.Crash();
        site.Write("app.log.1", "after a crash\n");
        File.Move(site["app.log.1"], site["app.log.2"]);
        site.Crash();
        await site.Look();
        site.Texts[^1].ShouldBe("after a crash");
        site.Texts.Length.ShouldBe(7);
        site.Notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_removed_file_is_read_to_its_end_and_then_let_go()
    {
        using var site = new Following();
        site.Write("app.log", "1\n");
        await site.Look();
        site.Write("app.log", "2\nunfinished");
        File.Delete(site["app.log"]);
        await site.Look();
        await site.Look(61);
        site.Texts.ShouldBe(["1", "2", "unfinished"]);
        await site.Look(61);
        site.Write("app.log", "3\n");
        await site.Look();
        site.Texts.ShouldBe(["1", "2", "unfinished", "3"]);
    }

    [Theory]
    [InlineData("*.log")]
    [InlineData("app*")]
    public async Task Rotation_by_copying_and_truncating_is_read_on_in_the_copy(string pattern)
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [Path.Combine(logs, pattern)] });
        string banner = "=== server started, version 8.1 of build 4711, on 2026-11-21 10:00:00.123 ===\n";
        site.Write("app.log", banner + "1\n2\n");
        await site.Look();
        site.Write("app.log", "3\n");
        File.Copy(site["app.log"], site["app.log.1"]);
        if (pattern != "*.log")
            await site.Look();
        site.Write("app.log", "lost by this kind of rotation itself, unless it is read in time\n");
        await site.Look();
        using (var file = new FileStream(site["app.log"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(0);
        site.Write("app.log", banner + "4\n");
        await site.Look();
        await site.Look();
        site.Texts.ShouldBe([banner.TrimEnd(), "1", "2", "3", "lost by this kind of rotation itself, unless it is read in time", banner.TrimEnd(), "4"]);
        site.Lines.Select(line => line.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task What_was_not_read_before_a_truncation_is_found_in_the_copy_also_after_a_crash()
    {
        foreach (bool crash in (bool[])[false, true])
        {
            using var site = new Following();
            site.Write("app.log", "2026-11-21 10:00:00 first line\n");
            await site.Look();
            site.Write("app.log", "second\nthird\n");
            if (crash)
                site.Channel.Dispose();
            File.Copy(site["app.log"], site["app.log.1"]);
            File.WriteAllText(site["app.log"], "");
            site.Write("app.log", "2026-11-21 10:00:09 a new life, longer than the old one was, so that the length alone shows nothing\n");
            if (crash)
                site.Crash();
            await site.Look();
            await site.Look();
            site.Texts.Order().ShouldBe(new[] { "2026-11-21 10:00:00 first line", "second", "third", "2026-11-21 10:00:09 a new life, longer than the old one was, so that the length alone shows nothing" }.Order());
            site.Notices.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_truncation_without_a_copy_is_told()
    {
        using var site = new Following();
        site.Write("app.log", "1\n2\n");
        await site.Look();
        File.WriteAllText(site["app.log"], "");
        site.Write("app.log", "3\n");
        await site.Look();
        site.Texts.ShouldBe(["1", "2", "3"]);
        site.Lines.Select(line => line.Id).ShouldBeUnique();
        site.Notices.Single().Kind.ShouldBe(LogNoticeKind.Truncated);
    }

    [Fact]
    public async Task Two_files_that_begin_alike_are_two_files()
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + "/app*.log"] });
        string banner = string.Concat(Enumerable.Repeat("the same banner in both files\n", 5));
        site.Write("app.log", banner + "a1\n");
        await site.Look();
        site.Write("app-2.log", banner);
        await site.Look();
        site.Write("app-2.log", "b1\n");
        await site.Look();
        await site.Look();
        site.Lines.Where(line => line.Path == site["app-2.log"]).Select(line => line.Text).ShouldBe([.. Enumerable.Repeat("the same banner in both files", 5), "b1"]);
    }

    [Fact]
    public async Task Files_that_are_there_at_the_first_start_can_be_left_out()
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + "/*.log"], FromBeginning = false });
        site.Write("app.log", "old\nhalf of ");
        await site.Look();
        site.Crash();
        site.Write("app.log", "a line\nnew\n");
        site.Write("later.log", "all of it\n");
        await site.Look();
        site.Texts.Order().ShouldBe(["all of it", "half of a line", "new"]);
    }

    [Fact]
    public async Task Folders_are_searched_and_compressed_files_left_alone()
    {
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + "/**/*.log*"] });
        Directory.CreateDirectory(site["a/b"]);
        site.Write("a/b/x.log", "deep\n");
        site.Write("y.log.gz", "no text\n");
        await site.Look();
        site.Texts.ShouldBe(["deep"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task In_a_random_life_with_rotations_crashes_and_outages_every_line_arrives_once(int part)
    {
        int lives = int.Parse(Environment.GetEnvironmentVariable("ORRERY_TAIL_LIVES") ?? "12");
        for (int seed = part * 1000; seed < part * 1000 + lives; seed++)
            await Live(seed);
    }

    static async Task Live(int seed)
    {
        var random = new Random(seed);
        using var site = new Following(logs => new LogSource { Name = "erp", Paths = [logs + (seed % 2 == 0 ? "/*.log" : "/*.log*")] });
        var written = new List<string>();
        var unseen = new HashSet<string>();
        string[] names = ["app.log", "job.log"];
        for (int step = 0; step < 60; step++)
        {
            string name = names[random.Next(names.Length)];
            int what = random.Next(10);
            // A file that comes and goes between two looks was never there for anybody.
            if (what is 4 or 5 && unseen.Remove(name))
                await site.Look();
            switch (what)
            {
                case <= 3:
                    string line = $"{name} line {written.Count} of the life with the seed {seed}";
                    written.Add(line);
                    if (!File.Exists(site[name]) || new FileInfo(site[name]).Length == 0)
                        unseen.Add(name);
                    int half = random.Next(line.Length);
                    site.Write(name, line[..half]);
                    if (random.Next(3) == 0)
                        await site.Look();
                    site.Write(name, line[half..] + "\n");
                    break;
                case 4 when File.Exists(site[name]):
                    for (int i = 5; i >= 1; i--)
                        if (File.Exists(site[$"{name}.{i}"]))
                            File.Move(site[$"{name}.{i}"], site[$"{name}.{i + 1}"], overwrite: true);
                    File.Move(site[name], site[$"{name}.1"]);
                    break;
                case 5 when File.Exists(site[name]) && new FileInfo(site[name]).Length > 16:
                    string copy = site[$"{name}.c{step}"];
                    File.Copy(site[name], copy);
                    using (var file = new FileStream(site[name], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                        file.SetLength(0);
                    await site.Look();
                    break;
                case 6: site.Crash(); break;
                case 7: site.Away = !site.Away; break;
                case 8:
                    site.LosesAnswer = true;
                    if (site.Channel.Waiting > 0 && !site.Away)
                        await Should.ThrowAsync<IOException>(site.Ship);
                    site.LosesAnswer = false;
                    break;
                default: await site.Look(); break;
            }
        }

        site.Away = false;
        site.Crash();
        for (int i = 0; i < 4; i++)
            await site.Look(61);
        string[] missing = [.. written.Except(site.Texts)], doubled = [.. site.Texts.GroupBy(text => text).Where(group => group.Count() > 1).Select(group => group.Key)];
        (string.Join('\n', missing), string.Join('\n', doubled)).ShouldBe(("", ""), $"seed {seed}; notices: {string.Join("; ", site.Notices.Select(notice => notice.Text))}");
        site.Lines.Select(line => line.Id).ShouldBeUnique($"seed {seed}");
    }
}
