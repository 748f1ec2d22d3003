using System.Text.Json.Nodes;
using Orrery.Grains.Configuration.Values;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Tests.Configuration;

/// <summary>Trees: merged, compared, written and read in each form.</summary>
public sealed class ConfigurationTreeTests
{
    const int Seeds = 200;

    [Fact]
    public void Merging_follows_the_examples_of_RFC_7396()
    {
        (string Target, string Patch, string Merged)[] examples =
        [
            ("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}"""), ("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}"""), ("""{"a":"b"}""", """{"a":null}""", "{}"),
            ("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}"""), ("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}"""), ("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}"""),
            ("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}"""), ("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}"""), ("""{"e":null}""", """{"a":1}""", """{"a":1,"e":null}"""),
            ("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}"""),
        ];
        foreach ((string target, string patch, string merged) in examples)
        {
            JsonObject tree = ConfigurationTree.Read(target);
            ConfigurationTree.Merge(tree, ConfigurationTree.Read(patch));
            ConfigurationTree.Text(tree).ShouldBe(merged);
        }
    }

    [Fact]
    public void Whatever_is_merged_each_value_says_the_layer_that_it_has_it_from()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var tree = new JsonObject();
            var origins = new Dictionary<string, string>();
            JsonObject[] layers = [.. Enumerable.Range(0, 4).Select(_ => Tree(random, 3, withNulls: true))];
            for (int layer = 0; layer < layers.Length; layer++)
                ConfigurationTree.Merge(tree, layers[layer], $"{layer}", origins);
            foreach ((string path, JsonNode? value) in ConfigurationTree.Leaves(tree))
            {
                if (value is JsonObject)
                    continue;
                JsonObject from = layers[int.Parse(origins[path])];
                ConfigurationTree.Leaves(from).ShouldContain(leaf => leaf.Path == path && ConfigurationTree.Text(leaf.Value) == ConfigurationTree.Text(value), $"seed {seed}, {path}");
                // No later layer says anything of that place.
                layers.Skip(int.Parse(origins[path]) + 1).SelectMany(static later => ConfigurationTree.Leaves(later)).ShouldNotContain(leaf => leaf.Path == path, $"seed {seed}, {path}");
            }
        }
    }

    [Fact]
    public void What_is_written_in_any_form_is_read_as_it_was()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            JsonObject tree = Tree(new Random(seed), 3, withNulls: false);
            foreach (ConfigurationFormat format in new[] { ConfigurationFormat.Json, ConfigurationFormat.Yaml })
                ConfigurationTree.Digest(ConfigurationText.Parse(format, ConfigurationText.Render(format, tree))).ShouldBe(ConfigurationTree.Digest(tree), $"seed {seed}, {format}:\n{ConfigurationText.Render(format, tree)}");
            string lines = ConfigurationText.Render(ConfigurationFormat.Properties, tree);
            ConfigurationText.Render(ConfigurationFormat.Properties, ConfigurationText.Parse(ConfigurationFormat.Properties, lines)).ShouldBe(lines, $"seed {seed}");
        }
    }

    [Fact]
    public void Differences_are_none_between_equal_values_and_lead_from_one_to_the_other()
    {
        JsonObject from = ConfigurationTree.Read("""{"a":1,"b":{"c":"x"},"l":[1,2]}"""), to = ConfigurationTree.Read("""{"b":{"c":"y","d":true},"l":[1,2],"a/b":0}""");
        ConfigurationTree.Differences(from, from).ShouldBeEmpty();
        ConfigurationTree.Differences(from, to).ShouldBe([new("/a", "1", null), new("/a~1b", null, "0"), new("/b/c", "\"x\"", "\"y\""), new("/b/d", null, "true")]);
    }

    [Theory]
    [InlineData(ConfigurationFormat.Json, "{\"a\": }", "Line 1")]
    [InlineData(ConfigurationFormat.Json, "[1]", "is none")]
    [InlineData(ConfigurationFormat.Json, "{\"a\":1,\"a\":2}", "no JSON")]
    [InlineData(ConfigurationFormat.Yaml, "a: 1\n b: 2", "Line 2")]
    [InlineData(ConfigurationFormat.Yaml, "- 1", "mapping")]
    [InlineData(ConfigurationFormat.Yaml, "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]", "stands for more")]
    [InlineData(ConfigurationFormat.Properties, "a=1\na.b=2", "Line 2")]
    [InlineData(ConfigurationFormat.Properties, "a=1\n\na=2", "Line 3")]
    public void A_text_that_cannot_be_read_is_refused_with_its_place(ConfigurationFormat format, string text, string said) =>
        Should.Throw<InvalidInputException>(() => ConfigurationText.Parse(format, text)).Message.ShouldContain(said);

    [Fact]
    public void Properties_are_read_as_Java_reads_them() => ConfigurationTree.Text(ConfigurationText.Parse(ConfigurationFormat.Properties, "# a\n! b\ndb.host = a\\tb\ndb.port:5432\n long = one\\\n   two\ngone\nempty=\nuni=\\u00e9\na\\.b=1"))
        .ShouldBe("""{"a.b":"1","db":{"host":"a\tb","port":"5432"},"empty":"","gone":null,"long":"onetwo","uni":"é"}""");

    [Theory]
    [InlineData("""{"port":70000}""", "/port: it must be at most 65535")]
    [InlineData("""{"port":"80"}""", "/port: it is string and must be integer")]
    [InlineData("""{"mode":"fast"}""", "/mode: it must be one of")]
    [InlineData("""{"shops":[{"name":"a"},{}]}""", "/shops/1/name: it is missing")]
    [InlineData("""{"host":"no blanks"}""", "/host: it must match")]
    [InlineData("""{"extra":1}""", "/extra: there is no such setting")]
    public void A_value_that_violates_the_schema_is_named_with_its_place_and_never_told(string value, string said)
    {
        SchemaCheck schema = SchemaCheck.Read("""
            {"type":"object","required":["port"],"additionalProperties":false,"$defs":{"port":{"type":"integer","minimum":1,"maximum":65535}},
             "properties":{"port":{"$ref":"#/$defs/port"},"mode":{"enum":["a","b"]},"host":{"type":"string","pattern":"^[a-z.]+$"},"shops":{"type":"array","items":{"type":"object","required":["name"]}}}}
            """);
        string problem = schema.Find(ConfigurationTree.Read(value), isWhole: false).ShouldNotBeNull();
        problem.ShouldStartWith(said);
        problem.ShouldNotContain("no blanks");
        schema.Find(new JsonObject(), isWhole: false).ShouldBeNull();
        schema.Find(new JsonObject(), isWhole: true).ShouldBe("/port: it is missing");
    }

    [Theory]
    [InlineData("""{"typo":"object"}""")]
    [InlineData("""{"type":"text"}""")]
    [InlineData("""{"$ref":"https://elsewhere/x"}""")]
    [InlineData("""{"pattern":"("}""")]
    [InlineData("[]")]
    public void A_schema_that_would_not_be_checked_is_refused(string schema) => Should.Throw<InvalidInputException>(() => SchemaCheck.Read(schema)).Field.ShouldBe("schema");

    static JsonObject Tree(Random random, int depth, bool withNulls)
    {
        string[] names = ["a", "b.c", "d e", "é", "f/g", "#h", "yes"];
        string[] texts = ["", "x", "true", "0123", "null", "no", "1e5", "two\nlines", " blank", "a: b", "# c", "\\", "\"q\"", "- d", "1.50"];
        var tree = new JsonObject();
        foreach (string name in names)
        {
            switch (random.Next(8))
            {
                case 0 when depth > 0:
                    tree[name] = Tree(random, depth - 1, withNulls);
                    break;
                case 1:
                    tree[name] = JsonNode.Parse($"[{random.Next(9)},\"z\"]");
                    break;
                case 2 when withNulls:
                    tree[name] = null;
                    break;
                case 3:
                    tree[name] = JsonNode.Parse(random.Next(2) == 0 ? "true" : "12.5");
                    break;
                case 4 or 5:
                    tree[name] = texts[random.Next(texts.Length)];
                    break;
            }
        }

        return tree;
    }
}
