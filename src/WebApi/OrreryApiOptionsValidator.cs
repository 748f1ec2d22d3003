using Microsoft.Extensions.Options;

namespace Orrery.WebApi;

internal sealed class OrreryApiOptionsValidator : IValidateOptions<OrreryApiOptions>
{
    public ValidateOptionsResult Validate(string? name, OrreryApiOptions options)
    {
        string[] problems = [.. options.Problems()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
