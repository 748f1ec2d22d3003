using System.Text.Json;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Tests.Intake;

public sealed class SampleJsonReaderTests
{
    const long At = 1_767_225_600_000;
    readonly DoorBench door = new();

    [Fact]
    public void A_batch_is_read_in_any_order_of_its_properties()
    {
        door.ReadJson($$"""
            {"series":[{"samples":[[{{At}},1.5],[{{At + 1}},-2e3]],"labels":{"core":"0","mode":"us\u0065r"},"metric":"cpu"},
                       {"metric":"load1","samples":[[{{At}},0.25]],"unknown":[{"a":1}]}],
             "batch":"b1","server":"erp-01"}
            """).ShouldBe("erp-01");
        door.Samples().ShouldBe(
        [
            $"acme/berlin/erp-01 cpu{{core=\"0\",mode=\"user\"}} {At}=1.5",
            $"acme/berlin/erp-01 cpu{{core=\"0\",mode=\"user\"}} {At + 1}=-2000",
            $"acme/berlin/erp-01 load1{{}} {At}=0.25",
        ]);
    }

    [Fact]
    public void Samples_of_a_wrong_type_are_dropped_one_by_one()
    {
        door.ReadJson($$"""
            {"server":"s","series":[{"metric":"a","samples":[[{{At}},1],[{{At}},"2"],[{{At}}],[],5,null,["x",1],[{{At}}.5,1],[{{At}},null],[{{At}},true],[{{At}},{}],[{{At}},1,2],{"t":1},[99999999999999999999,1],[{{At + 1}},2]]}]}
            """);
        door.Samples().ShouldBe([$"acme/berlin/s a{{}} {At}=1", $"acme/berlin/s a{{}} {At + 1}=2"]);
        door.Dropped().ShouldBe(["wrong_type 13"]);
    }

    [Fact]
    public void Values_that_are_no_finite_numbers_are_dropped_one_by_one()
    {
        door.ReadJson($$"""{"server":"s","series":[{"metric":"a","samples":[[{{At}},1e999],[{{At}},-1e999],[{{At}},"NaN"],[{{At}},"Infinity"],[{{At}},7]]}]}""");
        door.Samples().ShouldBe([$"acme/berlin/s a{{}} {At}=7"]);
        door.Dropped().ShouldBe(["not_finite 4"]);
    }

    [Theory]
    [InlineData("""{"samples":[[1,1]]}""", "bad_name 1")]
    [InlineData("""{"metric":"","samples":[[1,1]]}""", "bad_name 1")]
    [InlineData("""{"metric":"no spaces","samples":[[1,1],[2,2]]}""", "bad_name 2")]
    [InlineData("""{"metric":5,"samples":[[1,1]]}""", "wrong_type 1")]
    [InlineData("""{"metric":"a","labels":{"1x":"y"},"samples":[[1,1]]}""", "bad_label 1")]
    [InlineData("""{"metric":"a","labels":{"__name__":"b"},"samples":[[1,1]]}""", "bad_label 1")]
    [InlineData("""{"metric":"a","labels":{"x":"1","x":"2"},"samples":[[1,1]]}""", "bad_label 1")]
    [InlineData("""{"metric":"a","labels":{"x":"\ud800"},"samples":[[1,1]]}""", "bad_label 1")]
    [InlineData("""{"metric":"a","labels":{"x":5},"samples":[[1,1]]}""", "wrong_type 1")]
    [InlineData("""{"metric":"a","labels":["x"],"samples":[[1,1]]}""", "wrong_type 1")]
    [InlineData("""{"metric":"a","samples":{"1":1}}""", "wrong_type 1")]
    [InlineData("5", "wrong_type 1")]
    public void A_series_that_cannot_be_used_is_dropped_and_the_others_are_kept(string series, string dropped)
    {
        door.ReadJson($$"""{"server":"s","series":[{{series}},{"metric":"good","samples":[[1,1]]}]}""");
        door.Dropped().ShouldBe([dropped]);
        door.Samples().ShouldBe(["acme/berlin/s good{} 1=1"]);
    }

    [Fact]
    public void Names_of_ten_megabytes_are_dropped_and_not_remembered()
    {
        string huge = new('n', 10 << 20);
        door.ReadJson($$"""
            {"server":"s","series":[{"metric":"{{huge}}","samples":[[1,1]]},{"metric":"a","labels":{"{{huge}}":"x"},"samples":[[1,1]]},
             {"metric":"a","labels":{"x":"{{huge}}"},"samples":[[1,1]]},{"metric":"a","labels":{"x":"\u0041{{huge}}"},"samples":[[1,1]]},{"metric":"a","samples":[[1,1]]}]}
            """);
        door.Dropped().ShouldBe(["name_too_long 4"]);
        door.Samples().Count.ShouldBe(1);
        door.Work.Drops.ToString().Length.ShouldBeLessThan(1_000);
        door.Directory.SeriesBytes.ShouldBeLessThan(1_000);
    }

    [Theory]
    [InlineData("", "$", 1, 1)]
    [InlineData("[]", "$", 1, 1)]
    [InlineData("{\"server\":\"s\",\n\"series\":[{\"metric\":\"a\"},\n{\"metric\":nope}]}", "$.series[1]", 3, 11)]
    [InlineData("{\"server\":\"s\",\"series\":[{\"metric\":\"a\",\"samples\":[[1,NaN]]}]}", "$.series[0]", 1, 54)]
    [InlineData("{\"server\":\"s\",\"series\":5}", "$", 1, 24)]
    public void Malformed_json_is_refused_with_its_place(string body, string path, long line, long at)
    {
        JsonException error = Should.Throw<JsonException>(() => door.ReadJson(body));
        error.Path.ShouldBe(path);
        (error.LineNumber + 1).ShouldBe(line);
        Math.Abs((error.BytePositionInLine ?? 0) + 1 - at).ShouldBeLessThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("""{"series":[]}""", "server")]
    [InlineData("""{"server":5,"series":[]}""", "server")]
    [InlineData("""{"server":"../etc","series":[]}""", "server")]
    [InlineData("""{"server":"s"}""", "series")]
    public void A_batch_without_a_server_or_series_is_refused_by_the_field(string body, string field) =>
        Should.Throw<InvalidInputException>(() => door.ReadJson(body)).Field.ShouldBe(field);

    [Fact]
    public void A_batch_holds_a_bounded_number_of_samples()
    {
        var small = new DoorBench(bounds => bounds.SamplesPerRequestMax = 100);
        string samples = string.Join(",", Enumerable.Range(0, 5_000).Select(i => $"[{i},1]"));
        Should.Throw<RefusedException>(() => small.ReadJson($$"""{"server":"s","series":[{"metric":"a","samples":[{{samples}}]}]}""")).Refusal.Status.ShouldBe(413);
    }
}
