% Octave's side of cargo xtask bench: one line of tab-separated words in, one line out; times in nanoseconds.
%   prepare FORMULA NAME=DTYPE=SHAPE=FILE ...   fresh N   save FILE   release

1;
crash_dumps_octave_core (false);

function a = operand (dtype, shape, path)
  types = struct ("f64", "double", "f32", "single", "u8", "uint8", "i64", "int64", "i32", "int32", "bool", "uint8", ...
                  "c128", "double", "c64", "single");
  type = types.(dtype);
  file = fopen (path);
  fseek (file, 8, SEEK_SET);
  header = fread (file, 1, "uint16");
  fseek (file, 10 + header, SEEK_SET);
  a = fread (file, Inf, [type "=>" type]);
  fclose (file);
  if (dtype(1) == "c")
    a = complex (a(1:2:end), a(2:2:end));
  elseif (strcmp (dtype, "bool"))
    a = logical (a);
  endif
  n = str2double (strsplit (shape, "x"));
  if (numel (n) > 1)
    a = permute (reshape (a, fliplr (n)), numel (n):-1:1);
  endif
endfunction

while (ischar (line = fgetl (stdin)))
  if (isempty (line))
    continue;
  endif
  words_ = strsplit (strtrim (line), "\t");
  switch (words_{1})
    case "prepare"
      for k_ = 3:numel (words_)
        parts_ = strsplit (words_{k_}, "=");
        eval ([parts_{1} " = operand (parts_{2}, parts_{3}, strjoin (parts_(4:end), '='));"]);
      endfor
      run_ = eval (["@() " words_{2}]);
      printf ("ok\n");
    case "fresh"
      total_ = 0;
      for k_ = 1:str2double (words_{2})
        result_ = [];
        start_ = tic ();
        result_ = run_ ();
        total_ += toc (start_);
      endfor
      printf ("%.0f\n", total_ * 1e9);
    case "save"
      file_ = fopen (words_{2}, "w");
      flat_ = permute (result_, ndims (result_):-1:1);
      if (iscomplex (flat_))
        flat_ = [real(flat_(:)).'; imag(flat_(:)).'];
      endif
      fwrite (file_, flat_, class (flat_));
      fclose (file_);
      printf ("ok\n");
    case "release"
      clear -x words_
      printf ("ok\n");
  endswitch
  fflush (stdout);
endwhile
