using System.IO.Compression;
using System.Text;
using Orrery.Grains.Reviews.Sentiment;
using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Tests.Reviews;

/// <summary>How texts are judged.</summary>
public sealed class SentimentTests
{
    [Theory]
    [InlineData("系统很稳定，报表非常好用，强烈推荐", SentimentLabel.Positive)]
    [InlineData("经常报错，太慢了，客服也不理人", SentimentLabel.Negative)]
    [InlineData("不好用", SentimentLabel.Negative)]
    [InlineData("不错", SentimentLabel.Positive)]
    [InlineData("界面不复杂，没有问题", SentimentLabel.Positive)]
    [InlineData("今天更新了版本", SentimentLabel.Neutral)]
    [InlineData("The new report is fast and very easy to use.", SentimentLabel.Positive)]
    [InlineData("It isn't good: crashes every day.", SentimentLabel.Negative)]
    [InlineData("Nice colours, but it is terribly slow and crashed twice.", SentimentLabel.Negative)]
    [InlineData("We opened the second shop.", SentimentLabel.Neutral)]
    [InlineData("", SentimentLabel.Neutral)]
    public void Plain_sentences_in_both_languages_are_judged_as_people_mean_them(string text, SentimentLabel expected) => SentimentJudge.Judge(text, null).Label.ShouldBe(expected);

    [Fact]
    public void Keywords_are_what_is_left_between_words_of_grammar()
    {
        SentimentJudge.Judge("库存报表很慢，打开库存报表要十秒", null).Keywords.ShouldContain("库存报表");
        SentimentJudge.Judge("The invoice import crashes. The invoice import is slow.", null).Keywords.Take(3).ShouldBe(["crashes", "import", "invoice"], ignoreOrder: true);
        SentimentJudge.Judge(new string('好', 2_000), null).Keywords.Count.ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public void The_same_texts_give_the_same_model()
    {
        LabelledText[] texts = [.. Enumerable.Range(0, 40).Select(static at => new LabelledText($"文字 {at % 7} text {at % 5}", (SentimentLabel)(at % 3)))];
        SentimentModel.Train(texts).ToBytes().ShouldBe(SentimentModel.Train(texts).ToBytes());
        SentimentModel.Read(SentimentModel.Train(texts).ToBytes())!.Read("文字 1", Lexicon.Read("文字 1")).Sum().ShouldBe(1, 1e-6);
        SentimentModel.Read([1, 2, 3]).ShouldBeNull("bytes of another kind of model");
    }

    /// <summary>What docs/guides/reviews.md says. The data is nobody's to copy into this project, so it is read where it lies.</summary>
    [Fact]
    public void On_public_reviews_it_does_as_the_guide_says()
    {
        string folder = Path.Combine(Environment.GetEnvironmentVariable("ORRERY_TEST_DATA") is { Length: > 0 } given ? given : Path.Combine(Root(), "..", "shared", "data"), "reviews", "asap");
        Assert.SkipUnless(Directory.Exists(folder), $"The public reviews are not at {folder}; name the folder above them in ORRERY_TEST_DATA.");
        LabelledText[] train = Read(Path.Combine(folder, "train_sample.csv.gz")), test = Read(Path.Combine(folder, "dev_sample.csv.gz"));
        SentimentModel model = SentimentModel.Train(train);
        foreach ((string name, SentimentModel? judge, LabelledText[] texts) in new[] { ("lexicon, train", null, train), ("lexicon, test", null, test), ("model, test", model, test) })
            TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {Measured(texts, judge)}; without the neutral: {Measured([.. texts.Where(static text => text.Label != SentimentLabel.Neutral)], judge)}");
        (_, Score own, Score lexicon) = SentimentJudge.Train([.. train, .. test]);
        TestContext.Current.TestOutputHelper!.WriteLine($"five parts of both: model {own}, lexicon {lexicon}");
        Measured(test, null).MacroF1.ShouldBeGreaterThan(0.5);
    }

    static Score Measured(LabelledText[] texts, SentimentModel? model) => SentimentJudge.Measure(texts, [.. texts.Select(text => SentimentJudge.Judge(text.Text, model).Label)]);

    static LabelledText[] Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress), Encoding.UTF8);
        List<List<string>> rows = Rows(reader.ReadToEnd());
        int body = rows[0].IndexOf("reviewbody"), star = rows[0].IndexOf("star");
        return [.. rows.Skip(1).Where(row => row.Count > star).Select(row => new LabelledText(row[body], double.Parse(row[star], System.Globalization.CultureInfo.InvariantCulture) switch { >= 4 => SentimentLabel.Positive, <= 2 => SentimentLabel.Negative, _ => SentimentLabel.Neutral }))];
    }

    static List<List<string>> Rows(string csv)
    {
        var rows = new List<List<string>> { new() };
        var field = new StringBuilder();
        bool isQuoted = false;
        foreach (char c in csv)
        {
            if (c == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && c is ',' or '\n')
            {
                rows[^1].Add(field.ToString().Trim('\r'));
                field.Clear();
                if (c == '\n')
                    rows.Add([]);
            }
            else
                field.Append(c);
        }

        return rows;
    }

    static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Cluster.sln stands in no folder above the tests.");
    }
}
