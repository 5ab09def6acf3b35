require 'sinatra'
get('/') { 'rails' }
